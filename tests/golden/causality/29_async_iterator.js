'use strict';
// order: main -> run -> next -> fire -> use -> next#2 -> fire#2 -> use#2 -> next#3 -> end
// apart: other | use
// apart: other | next#2
class Source {
  constructor() {
    this.left = 2;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (this.left === 0) return Promise.resolve({ done: true, value: undefined });
    this.left -= 1;
    return new Promise(function hold(resolve) {
      setTimeout(function fire() {
        resolve({ done: false, value: 1 });
      }, 20);
    });
  }
}
function use() {}
function end() {}
async function run() {
  for await (const item of new Source()) use(item);
  end();
}
function main() {
  setTimeout(function other() {}, 10);
  run();
}

module.exports = main;
if (require.main === module) main();
