'use strict';
// After a post both isolates go on at the same time.
// order: main -> before -> taken -> later
// order: before -> after
// order: main -> untold
// apart: after | taken
// apart: after | later
// apart: untold | taken
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
function before() {}
function after() {}
function main() {
  const worker = new Worker(__filename);
  before();
  worker.postMessage(1);
  after();
  setTimeout(worker.postMessage.bind(worker, 2), 300);
  setTimeout(function untold() {}, 1);
}
function serve() {
  parentPort.on('message', function taken(value) {
    if (value === 2) parentPort.close();
    else setTimeout(function later() {}, 1);
  });
}
if (isMainThread) main();
else serve();
