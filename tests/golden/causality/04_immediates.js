'use strict';
// The order of a queue is the loop's, not the program's: only the hand-over orders.
// order: main -> one -> three
// order: main -> two
// apart: one | two
// apart: two | three
function main() {
  setImmediate(function one() {
    setImmediate(function three() {});
  });
  setImmediate(function two() {});
}

module.exports = main;
if (require.main === module) main();
