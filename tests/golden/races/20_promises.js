'use strict';
// safe: each writes what only those after it read.
function main() {
  const result = { steps: [], last: '' };
  Promise.resolve(1)
    .then(function one(value) {
      result.steps.push(value);
      result.last = 'one';
      return value + 1;
    })
    .then(function two(value) {
      result.steps.push(value);
      result.last += 'two';
    })
    .then(function three() {
      return result.steps.length + result.last;
    });
}

module.exports = main;
if (require.main === module) main();
