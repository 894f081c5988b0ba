'use strict';
// safe: one step follows the other, whatever is late.
let state = 'begun';
function sleep(milliseconds) {
  return new Promise(function held(resolve) {
    setTimeout(resolve, milliseconds);
  });
}
async function steps() {
  state = 'one';
  await sleep(5);
  state = 'two';
  setTimeout(function three() {
    state = 'three';
    setImmediate(function four() {
      state += '!';
    });
  }, 5);
}
function main() {
  setTimeout(function begin() {
    steps();
  }, 1);
}

module.exports = main;
if (require.main === module) main();
