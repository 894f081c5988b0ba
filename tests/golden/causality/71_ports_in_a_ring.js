'use strict';
// A port of a class, whose two ends answer each other while another pair does the same.
// order: main -> ping -> pong -> ping#2 -> pong#2
// order: main -> left -> right -> left#2
// apart: ping | left
// apart: pong | left
// apart: pong#2 | right
// apart: ping#2 | left#2
const { MessageChannel } = require('node:worker_threads');
class Wire {
  constructor(most) {
    this.channel = new MessageChannel();
    this.most = most;
  }

  end(number, back) {
    const port = this.channel[`port${number}`];
    port.on('message', back);
    return port;
  }

  close() {
    this.channel.port1.close();
  }
}
function main() {
  const one = new Wire();
  const other = new Wire();
  const [a, b] = [one.end(1, function pong(value) {
    if (value === 2) one.close();
    else a.postMessage(value + 1);
  }), one.end(2, function ping(value) {
    b.postMessage(value);
  })];
  const [c, d] = [other.end(1, function left(value) {
    if (value === 2) other.close();
    else c.postMessage(value + 1);
  }), other.end(2, function right(value) {
    d.postMessage(value);
  })];
  a.postMessage(1);
  d.postMessage(1);
}

module.exports = main;
if (require.main === module) main();
