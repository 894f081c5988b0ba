'use strict';
// The rejection is not what `any` went by.
// order: main -> good -> first
// order: main -> bad
// apart: bad | good
// apart: bad | first
function main() {
  const one = new Promise(function holdBad(resolve, reject) {
    setTimeout(function bad() {
      reject(new Error('no'));
    }, 5);
  });
  const two = new Promise(function holdGood(resolve) {
    setTimeout(function good() {
      resolve(2);
    }, 30);
  });
  Promise.any([one, two]).then(function first() {});
}

module.exports = main;
if (require.main === module) main();
