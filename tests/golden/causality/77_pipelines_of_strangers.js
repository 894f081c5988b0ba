'use strict';
// Chunks go through in their order; an error says nothing of what went on before it.
// order: main -> upper -> upper#2 -> flushed -> done
// order: upper -> sink
// order: upper#2 -> sink#2 -> done
// order: sink -> sink#2
// order: main -> failing
// apart: upper | failing
// apart: failing | done
// apart: failing | failed
// apart: done | failed
// apart: side | done
const { Readable, Transform, Writable, pipeline } = require('node:stream');
function main() {
  pipeline(
    Readable.from(['a', 'b']),
    new Transform({
      transform: function upper(chunk, encoding, callback) {
        callback(null, String(chunk).toUpperCase());
      },
      flush: function flushed(callback) {
        callback();
      },
    }),
    new Writable({
      write: function sink(chunk, encoding, callback) {
        setImmediate(callback);
      },
    }),
    function done() {},
  );
  const source = new Readable({ read() {} });
  source.push('c');
  pipeline(
    source,
    new Writable({
      write: function failing(chunk, encoding, callback) {
        callback();
      },
    }),
    function failed() {},
  );
  setTimeout(() => source.destroy(new Error('gone')), 30);
  setTimeout(function side() {}, 1);
}

module.exports = main;
if (require.main === module) main();
