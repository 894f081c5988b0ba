'use strict';
// Two requests on two connections have nothing to do with each other.
// order: main -> listening -> answeredOne
// order: listening -> answeredTwo
// order: listening -> one -> laterOne -> answeredOne
// order: listening -> two -> laterTwo -> answeredTwo
// apart: one | two
// apart: laterOne | laterTwo
// apart: one | laterTwo
// apart: one | answeredTwo
// apart: two | answeredOne
// apart: answeredOne | answeredTwo
const http = require('node:http');
function main() {
  let left = 2;
  function one(response) {
    setTimeout(function laterOne() {
      response.end('1');
    }, 5);
  }
  function two(response) {
    setTimeout(function laterTwo() {
      response.end('2');
    }, 20);
  }
  const server = http.createServer((request, response) => {
    if (request.url === '/one') one(response);
    else two(response);
  });
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    http.get({ agent: false, host: '127.0.0.1', port, path: '/one' }, function answeredOne(response) {
      response.resume();
      if ((left -= 1) === 0) server.close();
    });
    http.get({ agent: false, host: '127.0.0.1', port, path: '/two' }, function answeredTwo(response) {
      response.resume();
      if ((left -= 1) === 0) server.close();
    });
  });
}

module.exports = main;
if (require.main === module) main();
