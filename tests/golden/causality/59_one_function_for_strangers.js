'use strict';
// Two strangers hand over the same function: each its own run.
// order: main -> a -> done#2
// order: main -> b -> done
// apart: a | b
// apart: a | done
// apart: b | done#2
// apart: done | done#2
function done() {}
function main() {
  setTimeout(function a() {
    setTimeout(done, 50);
  }, 5);
  setTimeout(function b() {
    setTimeout(done, 5);
  }, 20);
}

module.exports = main;
if (require.main === module) main();
