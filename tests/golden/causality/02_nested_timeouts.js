'use strict';
// A timer that a timer sets; one that has nothing to do with them runs between the two.
// order: main -> outer -> inner -> last
// order: main -> between
// apart: between | outer
// apart: between | inner
// apart: between | last
function main() {
  setTimeout(function outer() {
    setTimeout(function inner() {
      setTimeout(function last() {}, 5);
    }, 30);
  }, 5);
  setTimeout(function between() {}, 20);
}

module.exports = main;
if (require.main === module) main();
