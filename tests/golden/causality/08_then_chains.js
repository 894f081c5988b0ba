'use strict';
// order: main -> one -> two -> three
// order: main -> a -> b
// apart: one | a
// apart: a | two
// apart: b | two
// apart: b | three
function main() {
  Promise.resolve(1).then(function one() {}).then(function two() {}).then(function three() {});
  Promise.resolve(2).then(function a() {}).then(function b() {});
}

module.exports = main;
if (require.main === module) main();
