'use strict';
// Two closures of one literal are two callbacks.
// order: main -> make -> step
// order: main -> make -> make#2 -> step#2
// apart: step | step#2
// apart: next | step#2
// order: step -> next
function make(hook) {
  return function step() {
    if (hook !== null) setTimeout(hook, 5);
  };
}
function main() {
  setTimeout(make(function next() {}), 5);
  setTimeout(make(null), 40);
}

module.exports = main;
if (require.main === module) main();
