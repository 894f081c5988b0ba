'use strict';
// Both read what is there, wait, and write what they had made of it.
// split: balance | withdraw | withdraw
let balance = 100;
function sleep(milliseconds) {
  return new Promise(function held(resolve) {
    setTimeout(resolve, milliseconds);
  });
}
async function withdraw(amount) {
  const seen = balance;
  await sleep(20);
  balance = seen - amount;
}
function main() {
  setTimeout(function one() {
    withdraw(10);
  }, 1);
  setTimeout(function two() {
    withdraw(20);
  }, 8);
}

module.exports = main;
if (require.main === module) main();
