'use strict';
// All of it on one stack.
// order: main -> make -> use -> make#2 -> use#2 -> later
function make(n) {
  return n;
}
function use() {}
function* source() {
  yield make(1);
  yield make(2);
}
function main() {
  for (const item of source()) use(item);
  setImmediate(function later() {});
}

module.exports = main;
if (require.main === module) main();
