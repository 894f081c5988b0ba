'use strict';
// Callbacks in a Map, answered in another order than they were asked.
// order: main -> askOne -> answerOne
// order: main -> askTwo -> answerTwo
// order: replyOne -> answerOne
// order: replyTwo -> answerTwo
// apart: askOne | askTwo
// apart: askOne | answerTwo
// apart: askTwo | answerOne
// apart: replyTwo | answerOne
// apart: replyOne | answerTwo
// apart: answerOne | answerTwo
// apart: replyOne | askOne
const pending = new Map();
function reply(id) {
  const callback = pending.get(id);
  pending.delete(id);
  callback(null);
}
function main() {
  setTimeout(function askOne() {
    pending.set(1, function answerOne() {});
  }, 5);
  setTimeout(function askTwo() {
    pending.set(2, function answerTwo() {});
  }, 10);
  setTimeout(function replyTwo() {
    reply(2);
  }, 30);
  setTimeout(function replyOne() {
    reply(1);
  }, 45);
}

module.exports = main;
if (require.main === module) main();
