'use strict';
// Within each request two operations count down what is still to come.
// race: pending | done | done
function serve() {
  let pending = 2;
  function done() {
    pending -= 1;
  }
  setTimeout(done, 12);
  setTimeout(done, 16);
}
function main() {
  setTimeout(function one() {
    serve();
  }, 1);
  setTimeout(function two() {
    serve();
  }, 5);
}

module.exports = main;
if (require.main === module) main();
