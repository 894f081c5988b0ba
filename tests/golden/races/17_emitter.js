'use strict';
// safe: who listens is called by who wrote.
const { EventEmitter } = require('node:events');
const bus = new EventEmitter();
let told = '';
function main() {
  bus.on('news', function heard(word) {
    told += word;
  });
  setTimeout(function tells() {
    told = 'news: ';
    bus.emit('news', 'all is well');
    told += '.';
  }, 3);
}

module.exports = main;
if (require.main === module) main();
