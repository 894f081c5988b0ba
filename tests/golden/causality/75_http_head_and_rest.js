'use strict';
// An answer arrives with its head: neither a log of it nor its end need be before.
// order: main -> listening -> handler -> head -> answered
// order: head -> rest
// order: handler -> log
// apart: log | head
// apart: log | answered
// apart: rest | answered
const http = require('node:http');
function main() {
  const server = http.createServer(function handler(request, response) {
    setTimeout(function log() {}, 1, request, response);
    setTimeout(function head() {
      response.write('1');
      setTimeout(function rest() {
        response.end('2');
      }, 50);
    }, 20);
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    http.get({ agent: false, host: '127.0.0.1', port }, function answered(response) {
      response.resume();
      server.close();
    });
  });
}

module.exports = main;
if (require.main === module) main();
