'use strict';
// Nobody has loaded it yet, say both requests; so both do.
// split: cache.page | handler | loaded
// split: cache.page | loaded | loaded
const http = require('node:http');
const cache = { page: null };
function ask(port, path, then) {
  http.get({ agent: false, host: '127.0.0.1', port, path }, function answered(response) {
    response.resume();
    response.on('end', then);
  });
}
function main() {
  const server = http.createServer(function handler(request, response) {
    if (cache.page !== null) {
      response.end(cache.page);
      return;
    }
    setTimeout(function loaded() {
      cache.page = 'a page';
      response.end('a page');
    }, 60);
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    ask(port, '/', function first() {
      server.close();
    });
    ask(port, '/', function second() {});
  });
}

module.exports = main;
if (require.main === module) main();
