'use strict';
// Of a message that no callback is given nobody counts the callback.
// order: main -> first -> got
// order: main -> second
// order: main -> other
// apart: other | got
// apart: other | second
const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');
function main() {
  const { port1, port2 } = new MessageChannel();
  setTimeout(function other() {}, 1);
  setTimeout(function first() {
    port1.postMessage(1);
    port1.postMessage(2);
    receiveMessageOnPort(port2);
    port2.on('message', function got() {
      port2.close();
    });
  }, 10);
  setTimeout(function second() {}, 10);
}

module.exports = main;
if (require.main === module) main();
