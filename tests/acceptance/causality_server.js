'use strict';
// In: a program of tests/golden/causality. It begins when somebody asks, once it is watched.
const http = require('node:http');
const main = require(process.argv[2]);
const server = http.createServer((request, response) => {
  response.end('begun');
  setTimeout(() => main(), 1);
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
