'use strict';
// The ticks of an interval follow each other; a timeout falls between them by luck.
// order: main -> tick -> tick#2 -> tick#3 -> done
// order: main -> other
// apart: other | tick
// apart: other | tick#3
// apart: other | done
function main() {
  let left = 3;
  const timer = setInterval(function tick() {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    setTimeout(function done() {}, 1);
  }, 20);
  setTimeout(function other() {}, 50);
}

module.exports = main;
if (require.main === module) main();
