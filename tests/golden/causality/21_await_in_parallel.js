'use strict';
// order: main -> left -> fireLeft -> leftDone -> end
// order: main -> right -> fireRight -> rightDone -> end
// apart: fireLeft | fireRight
// apart: fireLeft | rightDone
// apart: leftDone | rightDone
// apart: leftDone | fireRight
function leftDone() {}
function rightDone() {}
function end() {}
async function left() {
  await new Promise(function holdLeft(resolve) {
    setTimeout(function fireLeft() {
      resolve();
    }, 5);
  });
  leftDone();
}
async function right() {
  await new Promise(function holdRight(resolve) {
    setTimeout(function fireRight() {
      resolve();
    }, 30);
  });
  rightDone();
}
async function main() {
  await Promise.all([left(), right()]);
  end();
}

module.exports = main;
if (require.main === module) main();
