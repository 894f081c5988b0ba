'use strict';
// What is posted on a port that was given away is not of the object that it was before.
// order: main -> carried -> third
// order: main -> got
// order: main -> stranger
// apart: stranger | got
// apart: stranger | carried
// apart: stranger | got#2
const { MessageChannel } = require('node:worker_threads');
function main() {
  const inner = new MessageChannel();
  const outer = new MessageChannel();
  inner.port1.postMessage('first');
  outer.port2.on('message', function carried({ port }) {
    outer.port2.close();
    port.postMessage('second');
    setTimeout(function third() {
      port.close();
    }, 20);
  });
  outer.port1.postMessage({ port: inner.port1 }, [inner.port1]);
  inner.port2.on('message', function got() {});
  setTimeout(function stranger() {
    inner.port1.postMessage('nobody hears it');
  }, 1);
}

module.exports = main;
if (require.main === module) main();
