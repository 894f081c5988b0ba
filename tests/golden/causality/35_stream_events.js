'use strict';
// order: main -> got -> got#2 -> ended
// apart: other | got
// apart: other | ended
const { Readable } = require('node:stream');
function main() {
  const source = Readable.from(['a', 'b']);
  source.on('data', function got() {});
  source.on('end', function ended() {});
  setTimeout(function other() {}, 5);
}

module.exports = main;
if (require.main === module) main();
