'use strict';
// order: main -> one -> two
// order: main -> a -> b
// order: main -> late
// apart: one | a
// apart: two | b
// Both timers are due by then, so Node empties its queues between them, in the middle of its loop over timers.
function main() {
  setTimeout(function first() {
    Promise.resolve(1).then(function one() {}).then(function two() {});
    Promise.resolve(2).then(function a() {}).then(function b() {});
  }, 1);
  setTimeout(function late() {}, 2);
  const until = Date.now() + 10;
  while (Date.now() < until);
}

module.exports = main;
if (require.main === module) main();
