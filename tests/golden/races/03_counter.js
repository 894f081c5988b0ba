'use strict';
// Each request is counted at once: nothing is lost, but who comes first is luck.
// race: hits | handler | handler
const http = require('node:http');
let hits = 0;
function ask(port, path, then) {
  http.get({ agent: false, host: '127.0.0.1', port, path }, function answered(response) {
    response.resume();
    response.on('end', then);
  });
}
function main() {
  const server = http.createServer(function handler(request, response) {
    hits += 1;
    response.end('yes');
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    ask(port, '/', function first() {});
    ask(port, '/', function second() {});
    setTimeout(function closes() {
      server.close();
    }, 200);
  });
}

module.exports = main;
if (require.main === module) main();
