'use strict';
// safe: every request has its own objects, though they are called the same.
const http = require('node:http');
function ask(port, path, then) {
  http.get({ agent: false, host: '127.0.0.1', port, path }, function answered(response) {
    response.resume();
    response.on('end', then);
  });
}
function main() {
  const server = http.createServer(function handler(request, response) {
    request.user = { visits: 0 };
    response.locals = { path: request.url };
    setTimeout(function authenticated() {
      request.user.visits += 1;
      request.user.name = response.locals.path;
      setTimeout(function rendered() {
        response.locals.body = request.user.name + request.user.visits;
        response.end(response.locals.body);
      }, 20);
    }, 20);
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    ask(port, '/a', function first() {
      server.close();
    });
    ask(port, '/b', function second() {});
  });
}

module.exports = main;
if (require.main === module) main();
