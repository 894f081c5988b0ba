'use strict';
// One chain writes; somebody else reads whenever it likes.
// race: status.phase | reads | starts
// race: status.phase | ends | reads
const status = { phase: 'idle' };
function main() {
  setTimeout(function reads() {
    let phase = status.phase;
    setTimeout(function again() {
      phase += '';
    }, 1);
  }, 20);
  setTimeout(function starts() {
    status.phase = 'busy';
    setTimeout(function ends() {
      status.phase = 'done';
    }, 25);
  }, 5);
}

module.exports = main;
if (require.main === module) main();
