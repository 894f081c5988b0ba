'use strict';
// order: main -> slow -> fire -> after
// order: main -> got
// apart: fire | got
// apart: got | after
const fs = require('node:fs');
const { promisify } = require('node:util');
function slow(callback) {
  setTimeout(function fire() {
    callback(null, 1);
  }, 30);
}
function main() {
  promisify(fs.readFile)(__filename).then(function got() {});
  promisify(slow)().then(function after() {});
}

module.exports = main;
if (require.main === module) main();
