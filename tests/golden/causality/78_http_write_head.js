'use strict';
// One writes the head, which is sent with what another one writes, and what others add later.
// order: main -> listening -> handler -> head -> body -> answered
// order: body -> more
// apart: more | answered
// apart: other | handler
// apart: other | answered
const http = require('node:http');
function main() {
  const server = http.createServer(function handler(request, response) {
    setTimeout(function head() {
      response.writeHead(200, { 'content-length': 2 });
      setTimeout(function body() {
        response.write('1');
        setTimeout(function more() {
          response.end('2');
        }, 30);
      }, 5);
    }, 5);
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    http.get({ agent: false, host: '127.0.0.1', port }, function answered(response) {
      response.resume();
      server.close();
    });
  });
  setTimeout(function other() {}, 1);
}

module.exports = main;
if (require.main === module) main();
