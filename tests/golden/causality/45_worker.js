'use strict';
// Messages to a worker and back.
// order: main -> inWorker -> inMain -> inWorker#2 -> inMain#2
// order: main -> other
// apart: other | inWorker
// apart: other | inMain
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
function main() {
  const worker = new Worker(__filename);
  let left = 2;
  worker.on('message', function inMain(value) {
    left -= 1;
    if (left === 0) worker.postMessage('end');
    else worker.postMessage(value);
  });
  worker.postMessage(1);
  setTimeout(function other() {}, 1);
}
function serve() {
  parentPort.on('message', function inWorker(value) {
    if (value === 'end') parentPort.close();
    else parentPort.postMessage(value);
  });
}
if (isMainThread) main();
else serve();
