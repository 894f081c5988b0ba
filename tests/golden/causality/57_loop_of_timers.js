'use strict';
// order: main -> step -> step#2 -> step#3 -> end
// apart: other | step
// apart: other | step#3
// apart: other | end
function step(left) {
  if (left === 0) setTimeout(function end() {}, 1);
  else setTimeout(step, 15, left - 1);
}
function main() {
  setTimeout(step, 15, 2);
  setTimeout(function other() {}, 22);
}

module.exports = main;
if (require.main === module) main();
