'use strict';
// order: main -> opened -> closed
// order: main -> other
// apart: other | opened
// apart: other | closed
const fs = require('node:fs');
function main() {
  fs.readFile(__filename, function opened() {
    fs.stat(__filename, function closed() {});
  });
  fs.readFile(__filename, function other() {});
}

module.exports = main;
if (require.main === module) main();
