'use strict';
// A relay: the far server is reached through it, and by a stranger.
// order: main -> nearListens -> relay -> far
// order: main -> farListens -> stranger -> far#2
// order: relay -> strangerAsks
// apart: stranger | relay
// apart: stranger | far
// apart: relay | far#2
// apart: far | far#2
const net = require('node:net');
function main() {
  let left = 2;
  const farServer = net.createServer(function far(socket) {
    socket.resume();
    socket.end();
    if ((left -= 1) === 0) farServer.close();
  });
  const near = net.createServer(function relay(socket) {
    const { port } = farServer.address();
    socket.resume();
    socket.pipe(net.connect(port, '127.0.0.1')).resume();
    near.close();
    setTimeout(function strangerAsks() {}, 1);
  });
  farServer.listen(0, '127.0.0.1', function farListens() {
    const { port } = farServer.address();
    setTimeout(function stranger() {
      net.connect(port, '127.0.0.1').resume().end();
    }, 120);
  });
  near.listen(0, '127.0.0.1', function nearListens() {
    net.connect(near.address().port, '127.0.0.1').end('abc');
  });
}

module.exports = main;
if (require.main === module) main();
