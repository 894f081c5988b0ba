'use strict';
// order: main -> feed -> upper -> sink
// order: feed -> feed#2 -> upper#2 -> sink#2 -> done
// apart: other | upper
// apart: other | done
const { Readable, Transform, Writable } = require('node:stream');
function main() {
  const source = new Readable({ read() {} });
  let left = 2;
  const timer = setInterval(function feed() {
    left -= 1;
    source.push('abc');
    if (left > 0) return;
    clearInterval(timer);
    source.push(null);
  }, 20);
  const transform = new Transform({
    transform: function upper(chunk, encoding, callback) {
      callback(null, String(chunk).toUpperCase());
    },
  });
  const end = new Writable({
    write: function sink(chunk, encoding, callback) {
      callback();
    },
  });
  source.pipe(transform).pipe(end).on('finish', function done() {});
  setTimeout(function other() {}, 30);
}

module.exports = main;
if (require.main === module) main();
