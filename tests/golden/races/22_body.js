'use strict';
// safe: the pieces of a body come one after the other, and then its end.
const http = require('node:http');
function send(port, words) {
  const request = http.request({ agent: false, host: '127.0.0.1', port, method: 'POST' });
  request.write(words);
  setTimeout(function more() {
    request.end(words);
  }, 20);
}
function main() {
  const server = http.createServer(function handler(request, response) {
    let body = '';
    request.on('data', function data(piece) {
      body += piece;
    });
    request.on('end', function ended() {
      response.end(body.length > 3 ? 'long' : 'short');
    });
  });
  server.listen(0, '127.0.0.1', function listening() {
    send(server.address().port, 'one');
    send(server.address().port, 'another one');
    setTimeout(function closes() {
      server.close();
      server.closeAllConnections();
    }, 300);
  });
}

module.exports = main;
if (require.main === module) main();
