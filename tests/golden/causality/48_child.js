'use strict';
// order: main -> inChild -> inParent
// order: main -> other
// apart: other | inChild
// apart: other | inParent
const { fork } = require('node:child_process');
function main() {
  const child = fork(__filename);
  child.on('message', function inParent() {
    child.disconnect();
  });
  child.send('ping');
  setTimeout(function other() {}, 1);
}
function serve() {
  process.on('message', function inChild() {
    process.send('pong');
  });
}
if (process.send === undefined) main();
else serve();
