'use strict';
// Two workers: what one says has nothing to do with what is posted to the other one.
// order: main -> one -> first
// order: main -> two -> second
// order: main -> three -> second#2
// apart: one | two
// apart: first | second
// apart: one | second
// apart: two | first
// apart: three | first
// apart: three | second
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
function main() {
  const [a, b] = [1, 2].map((number) => new Worker(__filename, { workerData: number }));
  a.on('message', function first() {});
  b.on('message', function second(value) {
    if (value === 2) b.postMessage(3);
  });
  setTimeout(function one() {
    a.postMessage(1);
  }, 5);
  setTimeout(function two() {
    b.postMessage(1);
  }, 5);
  setTimeout(function three() {
    b.postMessage(2);
  }, 300);
}
function serve() {
  parentPort.on('message', function echo(value) {
    if (value < 3) parentPort.postMessage(value);
    if (value === 3 || workerData === 1) parentPort.close();
  });
}
if (isMainThread) main();
else serve();
