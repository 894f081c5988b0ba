'use strict';
// order: main -> run -> fire -> after
// apart: other | after
// apart: other | fire
const { EventEmitter, once } = require('node:events');
function after() {}
async function run(emitter) {
  await once(emitter, 'ready');
  after();
}
function main() {
  const emitter = new EventEmitter();
  setTimeout(function other() {}, 5);
  setTimeout(function fire() {
    emitter.emit('ready');
  }, 20);
  run(emitter);
}

module.exports = main;
if (require.main === module) main();
