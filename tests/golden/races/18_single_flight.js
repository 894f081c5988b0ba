'use strict';
// The cure for check-then-act: nothing comes between, but who asks first is luck.
// race: pending | get | get
let pending = null;
function sleep(milliseconds) {
  return new Promise(function held(resolve) {
    setTimeout(resolve, milliseconds);
  });
}
async function get() {
  if (pending === null) pending = sleep(20);
  await pending;
}
function main() {
  setTimeout(function one() {
    get();
  }, 1);
  setTimeout(function two() {
    get();
  }, 7);
}

module.exports = main;
if (require.main === module) main();
