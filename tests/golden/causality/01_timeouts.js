'use strict';
// Two timers that one run sets are in no order; what follows the setting comes before both.
// order: main -> first
// order: main -> second
// order: main -> helper -> first
// order: helper -> second
// apart: first | second
function helper() {}
function main() {
  setTimeout(function first() {}, 5);
  setTimeout(function second() {}, 25);
  helper();
}

module.exports = main;
if (require.main === module) main();
