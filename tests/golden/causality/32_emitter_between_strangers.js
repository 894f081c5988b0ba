'use strict';
// Who listens and who emits both come before the listener; the emissions are strangers.
// order: main -> listens -> heard
// order: main -> emits -> heard
// order: listens -> heard#2
// order: again -> heard#2
// apart: listens | emits
// apart: emits | again
// apart: heard | heard#2
// apart: heard | again
// apart: emits | heard#2
const { EventEmitter } = require('node:events');
function main() {
  const emitter = new EventEmitter();
  setTimeout(function listens() {
    emitter.on('x', function heard() {});
  }, 5);
  setTimeout(function emits() {
    emitter.emit('x');
  }, 20);
  setTimeout(function again() {
    emitter.emit('x');
  }, 35);
}

module.exports = main;
if (require.main === module) main();
