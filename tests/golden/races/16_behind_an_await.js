'use strict';
// What it began before it waited is not what it waited for.
// race: last | late | work
let last = '';
function sleep(milliseconds) {
  return new Promise(function held(resolve) {
    setTimeout(resolve, milliseconds);
  });
}
async function work() {
  setTimeout(function late() {
    last = 'late';
  }, 3);
  await sleep(15);
  last = 'work';
}
function main() {
  work();
}

module.exports = main;
if (require.main === module) main();
