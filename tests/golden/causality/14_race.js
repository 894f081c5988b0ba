'use strict';
// Who wins comes before the winner's continuation, who loses does not.
// order: main -> one -> winner -> next
// order: main -> two
// apart: two | winner
// apart: two | next
// apart: one | two
function main() {
  const first = new Promise(function holdOne(resolve) {
    setTimeout(function one() {
      resolve(1);
    }, 5);
  });
  const second = new Promise(function holdTwo(resolve) {
    setTimeout(function two() {
      resolve(2);
    }, 40);
  });
  Promise.race([first, second]).then(function winner() {
    setTimeout(function next() {}, 1);
  });
}

module.exports = main;
if (require.main === module) main();
