'use strict';
// The slower one is still under way when the race is over.
// order: main -> fast -> fireFast -> fastDone -> over
// order: main -> slow -> fireSlow -> slowDone
// apart: fireSlow | over
// apart: slowDone | over
// apart: fastDone | slowDone
function fastDone() {}
function slowDone() {}
async function fast() {
  await new Promise(function holdFast(resolve) {
    setTimeout(function fireFast() {
      resolve(1);
    }, 5);
  });
  fastDone();
}
async function slow() {
  await new Promise(function holdSlow(resolve) {
    setTimeout(function fireSlow() {
      resolve(1);
    }, 40);
  });
  slowDone();
}
function over() {}
function main() {
  Promise.race([fast(), slow()]).then(over);
}

module.exports = main;
if (require.main === module) main();
