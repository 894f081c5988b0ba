'use strict';
// What the system settles comes after nobody but who asked.
// order: main -> run -> after -> next
// order: main -> seen
// order: main -> bystander
// apart: after | seen
// apart: bystander | after
// apart: bystander | seen
// apart: bystander | next
const fs = require('node:fs');
function after() {}
function next() {}
async function run() {
  await fs.promises.readFile(__filename);
  after();
  await fs.promises.stat(__filename);
  next();
}
function main() {
  setImmediate(function bystander() {});
  run();
  fs.promises.stat(__filename).then(function seen() {});
}

module.exports = main;
if (require.main === module) main();
