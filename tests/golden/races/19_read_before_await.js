'use strict';
// The old value is read, then waited, then added to.
// split: total | add | add
let total = 0;
function sleep(milliseconds) {
  return new Promise(function held(resolve) {
    setTimeout(resolve, milliseconds);
  });
}
async function later(value, milliseconds) {
  await sleep(milliseconds);
  return value;
}
async function add(value, milliseconds) {
  total = total + (await later(value, milliseconds));
}
function main() {
  Promise.all([add(1, 5), add(2, 15)]);
}

module.exports = main;
if (require.main === module) main();
