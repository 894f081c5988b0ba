'use strict';
// Listeners run on the stack of whoever emits, in their order.
// order: main -> go -> c -> a -> b -> after
// order: main -> other
// apart: other | a
// apart: other | go
const { EventEmitter } = require('node:events');
function after() {}
function main() {
  const emitter = new EventEmitter();
  emitter.on('x', function a() {});
  emitter.on('x', function b() {});
  emitter.prependListener('x', function c() {});
  setTimeout(function go() {
    emitter.emit('x');
    after();
  }, 20);
  setTimeout(function other() {}, 5);
}

module.exports = main;
if (require.main === module) main();
