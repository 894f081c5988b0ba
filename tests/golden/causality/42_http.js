'use strict';
// From the request to the handler, to the answer, to the end.
// order: main -> listening -> handler -> answered -> ended -> closed
// order: main -> other
// apart: other | handler
// apart: other | answered
const http = require('node:http');
function main() {
  const server = http.createServer(function handler(request, response) {
    response.end('yes');
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    http.get({ agent: false, host: '127.0.0.1', port }, function answered(response) {
      response.resume();
      response.on('end', function ended() {
        server.close(function closed() {});
      });
    });
  });
  setTimeout(function other() {}, 1);
}

module.exports = main;
if (require.main === module) main();
