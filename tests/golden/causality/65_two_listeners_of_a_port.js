'use strict';
// Two listeners are given one message: the second one does not wait for a second message.
// order: main -> one -> one#2
// order: main -> two -> two#2
// order: main -> later -> one#2
// order: later -> two#2
// apart: later | one
// apart: later | two
const { MessageChannel } = require('node:worker_threads');
function main() {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', function one() {});
  port2.on('message', function two(value) {
    if (value === 2) port2.close();
  });
  port1.postMessage(1);
  setTimeout(function later() {
    port1.postMessage(2);
  }, 20);
}

module.exports = main;
if (require.main === module) main();
