'use strict';
// order: main -> one -> three
// order: main -> two
// apart: one | two
// apart: two | three
function main() {
  process.nextTick(function one() {
    process.nextTick(function three() {});
  });
  process.nextTick(function two() {});
}

module.exports = main;
if (require.main === module) main();
