'use strict';
// Each turn of a loop has a variable of its own; what is around the loop is shared.
// race: sum | tick | tick
function start() {
  let sum = 0;
  for (let turn = 0; turn < 2; turn += 1) {
    let mine = turn;
    setTimeout(function tick() {
      mine += 1;
      sum += mine;
    }, 5 + 5 * turn);
  }
}
function main() {
  start();
}

module.exports = main;
if (require.main === module) main();
