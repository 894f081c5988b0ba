'use strict';
// order: main -> run -> fire -> work -> fire#2 -> work#2 -> fire#3 -> work#3 -> end
// apart: other | work#2
// apart: other | end
function pause() {
  return new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve();
    }, 10);
  });
}
function work() {}
async function run() {
  for (let i = 0; i < 3; i += 1) {
    await pause();
    work();
  }
}
function main() {
  run().then(function end() {});
  setTimeout(function other() {}, 15);
}

module.exports = main;
if (require.main === module) main();
