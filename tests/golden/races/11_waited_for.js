'use strict';
// safe: the second one waits for the first one's promise.
let balance = 100;
function sleep(milliseconds) {
  return new Promise(function held(resolve) {
    setTimeout(resolve, milliseconds);
  });
}
async function withdraw(amount) {
  const seen = balance;
  await sleep(8);
  balance = seen - amount;
}
async function both() {
  await withdraw(10);
  await withdraw(20);
}
function main() {
  both();
}

module.exports = main;
if (require.main === module) main();
