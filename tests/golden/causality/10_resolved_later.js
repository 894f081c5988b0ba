'use strict';
// The timer that settles comes before the continuation; the one just before it does not.
// order: main -> executor -> fire -> reader
// order: main -> bystander
// apart: bystander | fire
// apart: bystander | reader
// apart: late | reader
function main() {
  setTimeout(function bystander() {}, 20);
  const promise = new Promise(function executor(resolve) {
    setTimeout(function fire() {
      resolve(1);
    }, 20);
  });
  promise.then(function reader() {});
  setTimeout(function late() {}, 40);
}

module.exports = main;
if (require.main === module) main();
