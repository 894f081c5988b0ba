'use strict';
// order: main -> run -> fire -> use -> fire#2 -> use#2 -> end
// apart: other | use
// apart: other | end
function pause() {
  return new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve();
    }, 20);
  });
}
async function* source() {
  await pause();
  yield 1;
  await pause();
  yield 2;
}
function use() {}
function end() {}
async function run() {
  for await (const item of source()) use(item);
  end();
}
function main() {
  setTimeout(function other() {}, 30);
  run();
}

module.exports = main;
if (require.main === module) main();
