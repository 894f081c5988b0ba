'use strict';
// order: main -> run -> then -> fire -> after
// order: main -> other
// apart: other | fire
// apart: other | after
const thenable = {
  then(done) {
    setTimeout(function fire() {
      done(1);
    }, 20);
  },
};
function after() {}
async function run() {
  await thenable;
  after();
}
function main() {
  setTimeout(function other() {}, 5);
  run();
}

module.exports = main;
if (require.main === module) main();
