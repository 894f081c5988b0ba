'use strict';
// Who asks and who settles are strangers: both come before the answer.
// order: main -> asks -> got
// order: main -> settles -> got
// apart: asks | settles
// apart: between | got
function main() {
  let settle = null;
  const promise = new Promise(function executor(resolve) {
    settle = resolve;
  });
  setTimeout(function asks() {
    promise.then(function got() {});
  }, 5);
  setTimeout(function between() {}, 15);
  setTimeout(function settles() {
    settle(1);
  }, 30);
}

module.exports = main;
if (require.main === module) main();
