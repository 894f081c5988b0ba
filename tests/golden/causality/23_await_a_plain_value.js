'use strict';
// Even what needs no waiting goes on once the stack is empty.
// order: main -> run -> before -> other -> after -> last
// order: main -> immediate
// apart: immediate | after
function before() {}
function after() {}
function other() {}
async function run() {
  before();
  await 1;
  after();
  await null;
  last();
}
function last() {}
function main() {
  run();
  other();
  setImmediate(function immediate() {});
}

module.exports = main;
if (require.main === module) main();
