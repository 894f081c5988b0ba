'use strict';
// order: main -> fire -> a -> c
// order: fire -> b
// apart: a | b
// apart: b | c
function main() {
  const promise = new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve(1);
    }, 5);
  });
  promise.then(function a() {
    setTimeout(function c() {}, 1);
  });
  promise.then(function b() {});
}

module.exports = main;
if (require.main === module) main();
