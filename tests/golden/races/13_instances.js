'use strict';
// safe: two instances of one class.
class Counter {
  constructor() {
    this.n = 0;
  }

  add() {
    this.n += 1;
  }
}
const left = new Counter();
const right = new Counter();
function main() {
  setTimeout(function one() {
    left.add();
  }, 1);
  setTimeout(function two() {
    right.add();
  }, 6);
}

module.exports = main;
if (require.main === module) main();
