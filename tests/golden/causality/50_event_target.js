'use strict';
// order: main -> dispatches -> heard -> behind
// order: listens -> heard
// apart: listens | dispatches
// apart: other | heard
function behind() {}
function main() {
  const target = new EventTarget();
  setTimeout(function listens() {
    target.addEventListener('x', function heard() {});
  }, 5);
  setTimeout(function other() {}, 15);
  setTimeout(function dispatches() {
    target.dispatchEvent(new Event('x'));
    behind();
  }, 30);
}

module.exports = main;
if (require.main === module) main();
