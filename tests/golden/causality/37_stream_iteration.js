'use strict';
// order: main -> run -> use -> use#2 -> end
// apart: other | use
// apart: other | end
const { Readable } = require('node:stream');
function use() {}
function end() {}
async function run() {
  for await (const chunk of Readable.from(['a', 'b'])) use(chunk);
  end();
}
function main() {
  setTimeout(function other() {}, 1);
  run();
}

module.exports = main;
if (require.main === module) main();
