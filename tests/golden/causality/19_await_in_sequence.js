'use strict';
// order: main -> run -> fire -> one -> fire#2 -> two -> after
// order: main -> other
// apart: other | fire
// apart: other | one
// apart: other | two
function pause(ms) {
  return new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve();
    }, ms);
  });
}
function one() {}
function two() {
  setImmediate(function after() {});
}
async function run() {
  await pause(5);
  one();
  await pause(20);
  two();
}
function main() {
  setTimeout(function other() {}, 15);
  run();
}

module.exports = main;
if (require.main === module) main();
