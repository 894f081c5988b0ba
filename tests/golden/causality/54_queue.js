'use strict';
// A queue of the app's own: who put it in comes before, whoever takes it out.
// order: main -> giveOne -> taskOne
// order: main -> giveTwo -> taskTwo
// order: main -> pump -> taskOne -> taskTwo
// apart: giveOne | giveTwo
// apart: giveOne | pump
// apart: giveTwo | pump
// apart: giveTwo | taskOne
// apart: other | taskOne
const waiting = [];
function submit(task) {
  waiting.push(task);
}
function main() {
  setTimeout(function giveOne() {
    submit(function taskOne() {});
  }, 5);
  setTimeout(function giveTwo() {
    submit(function taskTwo() {});
  }, 15);
  setTimeout(function other() {}, 25);
  setTimeout(function pump() {
    for (const task of waiting.splice(0)) task();
  }, 40);
}

module.exports = main;
if (require.main === module) main();
