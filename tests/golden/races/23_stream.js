'use strict';
// safe: a stream tells its pieces, its end and its close in that order.
const fs = require('node:fs');
function main() {
  const told = { pieces: 0, ended: false };
  const stream = fs.createReadStream(__filename, { highWaterMark: 64 });
  stream.on('data', function data() {
    told.pieces += 1;
  });
  stream.on('end', function ended() {
    told.ended = told.pieces > 1;
  });
  stream.on('close', function closed() {
    told.ended = !told.ended;
  });
}

module.exports = main;
if (require.main === module) main();
