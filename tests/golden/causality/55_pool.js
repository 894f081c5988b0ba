'use strict';
// A pool of one: the second waits for the first to be done, and for who asked.
// order: main -> askOne -> heldOne -> doneOne -> heldTwo
// order: main -> askTwo -> heldTwo
// apart: askOne | askTwo
// apart: askTwo | doneOne
// apart: askTwo | heldOne
// apart: other | heldTwo
const queue = [];
let busy = false;
function acquire(callback) {
  if (busy) {
    queue.push(callback);
    return;
  }
  busy = true;
  callback();
}
function release() {
  const next = queue.shift();
  if (next === undefined) busy = false;
  else setImmediate(next);
}
function main() {
  setTimeout(function askOne() {
    acquire(function heldOne() {
      setTimeout(function doneOne() {
        release();
      }, 40);
    });
  }, 5);
  setTimeout(function askTwo() {
    acquire(function heldTwo() {});
  }, 15);
  setTimeout(function other() {}, 25);
}

module.exports = main;
if (require.main === module) main();
