'use strict';
// The callback travels as an argument of the timer's own function.
// order: main -> run -> given -> after
// order: main -> other
// apart: other | run
// apart: other | given
function after() {}
function run(callback) {
  callback();
  after();
}
function main() {
  setTimeout(run, 20, function given() {});
  setTimeout(function other() {}, 1);
}

module.exports = main;
if (require.main === module) main();
