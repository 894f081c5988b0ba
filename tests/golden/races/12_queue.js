'use strict';
// One puts in, the other takes out, and nothing says when.
// race: queue[] | put | take
const queue = ['first'];
function main() {
  setTimeout(function put() {
    queue.push('more');
  }, 1);
  setTimeout(function take() {
    queue.shift();
  }, 9);
}

module.exports = main;
if (require.main === module) main();
