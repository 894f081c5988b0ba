'use strict';
// order: main -> right -> left
// order: main -> other
// apart: other | right
// apart: other | left
function main() {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = function right() {
    port2.postMessage(2);
  };
  port1.onmessage = function left() {
    port1.close();
  };
  setTimeout(function other() {}, 1);
  setTimeout(function unrelated() {}, 1);
  port1.postMessage(1);
}

module.exports = main;
if (require.main === module) main();
