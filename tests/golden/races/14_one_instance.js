'use strict';
// One instance, used by two that know nothing of each other.
// race: this.n | add | add
// race: this.n | add | total
class Counter {
  constructor() {
    this.n = 0;
  }

  add() {
    this.n += 1;
  }

  total() {
    return this.n;
  }
}
const counter = new Counter();
function main() {
  setTimeout(function one() {
    counter.add();
  }, 1);
  setTimeout(function two() {
    counter.add();
  }, 6);
  setTimeout(function three() {
    counter.total();
  }, 11);
}

module.exports = main;
if (require.main === module) main();
