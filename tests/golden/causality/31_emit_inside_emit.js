'use strict';
// order: main -> go -> outer -> inner -> behind -> second -> outer#2 -> inner#2
// order: main -> go -> once -> second
// apart: other | outer
// apart: other | inner#2
const { EventEmitter } = require('node:events');
function main() {
  const emitter = new EventEmitter();
  function behind() {}
  emitter.on('x', function outer() {
    emitter.emit('y');
    behind();
  });
  emitter.once('x', function once() {});
  emitter.on('y', function inner() {});
  setTimeout(function go() {
    emitter.emit('x');
    setTimeout(function second() {
      emitter.emit('x');
    }, 20);
  }, 5);
  setTimeout(function other() {}, 15);
}

module.exports = main;
if (require.main === module) main();
