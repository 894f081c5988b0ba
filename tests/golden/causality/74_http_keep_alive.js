'use strict';
// One connection, of two strangers, whose handlers it calls in its order: each request
// has its own answer, whoever connected.
// order: main -> listening -> askOne -> one -> laterOne -> answeredOne -> endedOne
// order: listening -> askTwo -> two -> laterTwo -> answeredTwo -> endedTwo
// apart: askOne | askTwo
// apart: askTwo | one
// apart: askTwo | answeredOne
// apart: laterOne | laterTwo
// apart: laterTwo | answeredOne
const http = require('node:http');
function main() {
  let left = 2;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const server = http.createServer((request, response) => {
    if (request.url === '/one') one(response);
    else two(response);
  });
  function one(response) {
    setTimeout(function laterOne() {
      response.end('1');
    }, 5);
  }
  function two(response) {
    setTimeout(function laterTwo() {
      response.end('2');
    }, 5);
  }
  function over() {
    if ((left -= 1) > 0) return;
    agent.destroy();
    server.close();
  }
  server.listen(0, '127.0.0.1', function listening() {
    const { port } = server.address();
    setTimeout(function askOne() {
      http.get({ agent, host: '127.0.0.1', port, path: '/one' }, function answeredOne(response) {
        response.resume();
        response.on('end', function endedOne() {
          over();
        });
      });
    }, 1);
    setTimeout(function askTwo() {
      http.get({ agent, host: '127.0.0.1', port, path: '/two' }, function answeredTwo(response) {
        response.resume();
        response.on('end', function endedTwo() {
          over();
        });
      });
    }, 60);
  });
}

module.exports = main;
if (require.main === module) main();
