'use strict';
// Who connects first is luck; what a connection says comes in its order.
// order: main -> listening -> connected
// order: listening -> connected#2
// order: connected -> said
// apart: connected | connected#2
// apart: said | connected#2
const net = require('node:net');
function main() {
  let left = 2;
  const server = net.createServer(function connected(socket) {
    if ((left -= 1) === 0) {
      socket.resume();
      socket.end();
      server.close();
      return;
    }
    socket.on('data', function said() {
      socket.end();
    });
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    net.connect(port, '127.0.0.1').end('abc');
    setTimeout(function second() {
      net.connect(port, '127.0.0.1').resume();
    }, 30);
  });
}

module.exports = main;
if (require.main === module) main();
