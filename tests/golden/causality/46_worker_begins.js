'use strict';
// A worker's first run comes after who made it, and before what its message leads to.
// order: main -> begin -> got
// order: main -> other
// apart: other | begin
// apart: other | got
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
function main() {
  const worker = new Worker(__filename);
  worker.on('message', function got() {});
  setTimeout(function other() {}, 1);
}
function begin() {
  parentPort.postMessage(1);
}
if (isMainThread) main();
else begin();
