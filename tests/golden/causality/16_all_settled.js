'use strict';
// order: main -> good -> after
// order: main -> bad -> after
// apart: bad | good
// apart: other | after
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
  setTimeout(function other() {}, 30);
  Promise.allSettled([one, two]).then(function after() {});
}

module.exports = main;
if (require.main === module) main();
