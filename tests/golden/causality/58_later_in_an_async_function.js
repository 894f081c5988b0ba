'use strict';
// What is handed over after an await follows what the await waited for.
// order: main -> run -> fire -> later -> last
// order: main -> run -> early
// apart: early | fire
// apart: early | later
function pause() {
  return new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve();
    }, 5);
  });
}
async function run() {
  setTimeout(function early() {}, 30);
  await pause();
  setTimeout(function later() {
    setImmediate(function last() {});
  }, 5);
}
function main() {
  run();
}

module.exports = main;
if (require.main === module) main();
