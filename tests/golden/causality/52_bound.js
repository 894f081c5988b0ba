'use strict';
// order: main -> run -> later
// order: main -> other
// apart: run | other
// apart: other | later
const fs = require('node:fs');
function run() {
  fs.stat(__filename, later.bind(null, 1));
}
function later() {}
function other() {}
function main() {
  setTimeout(run.bind({}), 1);
  fs.stat(__filename, other.bind(null, 'x'));
}

module.exports = main;
if (require.main === module) main();
