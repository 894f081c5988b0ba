'use strict';
// order: main -> get -> fire -> make -> use
// order: main -> another -> useless
// apart: useless | use
// apart: fire | useless
function make() {
  return 1;
}
function use() {}
function useless() {}
async function get() {
  await new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve();
    }, 5);
  });
  return make();
}
async function another() {
  await new Promise(function wait(resolve) {
    setTimeout(function alarm() {
      resolve();
    }, 30);
  });
  useless();
}
function main() {
  get().then(use);
  another();
}

module.exports = main;
if (require.main === module) main();
