'use strict';
// A chain of promises as a lock: who comes later waits for who was there.
// order: main -> askOne -> lock -> heldOne -> fire -> heldTwo
// order: main -> askTwo -> heldTwo
// apart: askOne | askTwo
// apart: askTwo | heldOne
// apart: askTwo | fire
let tail = Promise.resolve();
function lock(task) {
  tail = tail.then(task);
}
function main() {
  setTimeout(function askOne() {
    lock(function heldOne() {
      return new Promise(function hold(resolve) {
        setTimeout(function fire() {
          resolve(1);
        }, 40);
      });
    });
  }, 5);
  setTimeout(function askTwo() {
    lock(function heldTwo() {});
  }, 20);
}

module.exports = main;
if (require.main === module) main();
