'use strict';
// Who waits for something has nothing to do with what is posted meanwhile.
// order: main -> waits
// order: main -> got -> got#2 -> got#3
// order: main -> goesOn -> got#3
// order: main -> ends -> got#3
// apart: waits | got
// apart: waits | got#2
// apart: waits | ends
// apart: goesOn | got
const { MessageChannel } = require('node:worker_threads');
function main() {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', function got(value) {
    if (value === 3) port2.close();
  });
  setTimeout(async function waits() {
    await new Promise(() => {});
  }, 1);
  setTimeout(port1.postMessage.bind(port1), 15, 1);
  let settle;
  const settled = new Promise((resolve) => {
    settle = resolve;
  });
  setTimeout(async function goesOn() {
    port1.postMessage(2);
    await settled;
    port1.postMessage(3);
  }, 30);
  setTimeout(function ends() {
    settle();
  }, 60);
}

module.exports = main;
if (require.main === module) main();
