'use strict';
// safe: the variable is another one in each call.
function serve(name) {
  let told = name;
  let times = 0;
  setTimeout(function more() {
    told += '!';
    times += 1;
    setTimeout(function most() {
      told += times;
      times += 1;
    }, 15);
  }, 15);
}
function main() {
  setTimeout(function one() {
    serve('one');
  }, 1);
  setTimeout(function two() {
    serve('two');
  }, 7);
}

module.exports = main;
if (require.main === module) main();
