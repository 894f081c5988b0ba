'use strict';
// order: main -> outer -> fire -> after
// order: main -> other
// apart: other | outer
// apart: other | fire
// apart: other | after
function main() {
  Promise.resolve().then(function outer() {
    return new Promise(function hold(resolve) {
      setTimeout(function fire() {
        resolve(1);
      }, 30);
    });
  }).then(function after() {});
  setTimeout(function other() {}, 10);
}

module.exports = main;
if (require.main === module) main();
