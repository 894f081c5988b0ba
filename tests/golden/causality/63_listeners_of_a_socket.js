'use strict';
// What a socket says comes in its order, to each of its listeners.
// order: main -> listening -> said -> said#2 -> over
// apart: other | said
// apart: other | over
const net = require('node:net');
function main() {
  const server = net.createServer((socket) => {
    socket.write('one');
    setTimeout(() => socket.end('two'), 20);
  });
  server.listen(0, '127.0.0.1', function listening() {
    const client = net.connect(server.address().port, '127.0.0.1');
    client.on('data', function said() {});
    client.on('close', function over() {
      server.close();
    });
  });
  setTimeout(function other() {}, 1);
}

module.exports = main;
if (require.main === module) main();
