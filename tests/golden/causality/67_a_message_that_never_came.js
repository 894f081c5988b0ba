'use strict';
// A port that is closed calls back once more, with no message.
// order: main -> closed
// order: main -> late
// order: main -> ends
// order: main -> got
// apart: late | closed
// apart: late | ends
// apart: late | got
const { MessageChannel } = require('node:worker_threads');
function main() {
  const { port1, port2 } = new MessageChannel();
  const other = new MessageChannel();
  port2.on('close', function closed() {});
  setTimeout(function late() {
    port1.postMessage(1);
  }, 1);
  setTimeout(function ends() {
    port2.close();
  }, 50);
  other.port2.on('message', function got() {
    other.port2.close();
  });
  other.port1.postMessage(1);
}

module.exports = main;
if (require.main === module) main();
