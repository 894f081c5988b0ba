'use strict';
// Settled long before anybody asked: it still comes before the answer.
// order: main -> settles -> got
// order: main -> asks -> got
// apart: asks | settles
// apart: between | got
// apart: between | asks
function main() {
  let settle = null;
  const promise = new Promise(function executor(resolve) {
    settle = resolve;
  });
  setTimeout(function settles() {
    settle(1);
  }, 5);
  setTimeout(function between() {}, 15);
  setTimeout(function asks() {
    promise.then(function got() {});
  }, 30);
}

module.exports = main;
if (require.main === module) main();
