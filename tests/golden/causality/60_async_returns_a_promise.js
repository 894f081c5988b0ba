'use strict';
// What an async function returns settles it.
// order: main -> get -> fire -> use
// order: main -> other
// apart: other | fire
// apart: other | use
async function get() {
  return new Promise(function hold(resolve) {
    setTimeout(function fire() {
      resolve(1);
    }, 20);
  });
}
function use() {}
function main() {
  get().then(use);
  setTimeout(function other() {}, 5);
}

module.exports = main;
if (require.main === module) main();
