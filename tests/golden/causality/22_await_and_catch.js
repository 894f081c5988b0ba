'use strict';
// order: main -> run -> fire -> recover -> clean -> end
// apart: other | recover
// apart: other | end
function recover() {}
function clean() {}
async function failing() {
  await new Promise(function hold(resolve, reject) {
    setTimeout(function fire() {
      reject(new Error('x'));
    }, 20);
  });
}
async function run() {
  try {
    await failing();
  } catch {
    recover();
  } finally {
    clean();
  }
}
function main() {
  run().then(function end() {});
  setTimeout(function other() {}, 5);
}

module.exports = main;
if (require.main === module) main();
