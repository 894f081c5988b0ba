'use strict';
// One method is awaited by two strangers, and called by one that nobody may know.
// order: main -> a -> get -> fire -> one
// order: main -> b -> get#2 -> fire#2 -> two
// apart: a | b
// apart: a | two
// apart: fire | two
// apart: b | one
// apart: fire#2 | one
const store = {
  async get(ms) {
    await new Promise(function hold(resolve) {
      setTimeout(function fire() {
        resolve();
      }, ms);
    });
  },
};
function one() {}
function two() {}
function main() {
  setTimeout(async function a() {
    await store.get(10);
    one();
  }, 5);
  setTimeout(async function b() {
    await store.get(60);
    two();
  }, 10);
}

module.exports = main;
if (require.main === module) main();
