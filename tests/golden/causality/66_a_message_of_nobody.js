'use strict';
// What no traced code posts is a message all the same: what comes with it follows no other.
// order: main -> got -> got#2
// order: main -> later -> got#2
// apart: later | got
const { MessageChannel } = require('node:worker_threads');
function main() {
  const { port1, port2 } = new MessageChannel();
  setTimeout(port1.postMessage.bind(port1), 1, 0);
  port2.on('message', function got(value) {
    if (value === 1) port2.close();
  });
  setTimeout(function later() {
    port1.postMessage(1);
  }, 50);
}

module.exports = main;
if (require.main === module) main();
