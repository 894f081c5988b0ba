'use strict';
// order: main -> cancel -> aborted -> after
// order: cancel -> recovered
// apart: other | aborted
// apart: other | recovered
const { setTimeout: pause } = require('node:timers/promises');
function after() {}
function main() {
  const controller = new AbortController();
  controller.signal.addEventListener('abort', function aborted() {});
  setTimeout(function other() {}, 5);
  setTimeout(function cancel() {
    controller.abort();
    after();
  }, 20);
  pause(1000, null, { signal: controller.signal }).catch(function recovered() {});
}

module.exports = main;
if (require.main === module) main();
