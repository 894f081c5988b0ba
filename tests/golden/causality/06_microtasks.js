'use strict';
// order: main -> one -> three -> four
// order: main -> two
// order: main -> tick
// apart: one | two
// apart: two | three
// apart: tick | one
// apart: tick | four
function main() {
  queueMicrotask(function one() {
    queueMicrotask(function three() {
      setImmediate(function four() {});
    });
  });
  queueMicrotask(function two() {});
  process.nextTick(function tick() {});
}

module.exports = main;
if (require.main === module) main();
