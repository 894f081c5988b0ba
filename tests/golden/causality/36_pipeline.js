'use strict';
// order: main -> upper -> sink -> done
// apart: other | upper
// apart: other | done
const fs = require('node:fs');
const { Transform, Writable, pipeline } = require('node:stream');
function main() {
  pipeline(
    fs.createReadStream(__filename),
    new Transform({
      transform: function upper(chunk, encoding, callback) {
        callback(null, String(chunk).toUpperCase());
      },
    }),
    new Writable({
      write: function sink(chunk, encoding, callback) {
        callback();
      },
    }),
    function done() {},
  );
  setTimeout(function other() {}, 1);
}

module.exports = main;
if (require.main === module) main();
