'use strict';
// order: main -> one -> both
// order: main -> two -> both -> next
// apart: one | two
// apart: other | both
// apart: other | next
function main() {
  const first = new Promise(function holdOne(resolve) {
    setTimeout(function one() {
      resolve(1);
    }, 5);
  });
  const second = new Promise(function holdTwo(resolve) {
    setTimeout(function two() {
      resolve(2);
    }, 30);
  });
  setTimeout(function other() {}, 15);
  Promise.all([first, second]).then(function both() {}).then(function next() {});
}

module.exports = main;
if (require.main === module) main();
