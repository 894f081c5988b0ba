'use strict';
/**
 * Do something at the end of the callback that runs now: a command, which may have
 * interrupted any code of the app, must do little itself (main.js).
 *
 * In: work. Out: nothing; it is a microtask, and asks no code of the app. What the work throws
 * ends here: as a rejection that nobody handles it would end the app.
 */

const { apply } = require('./natives.js');

const { then } = Promise.prototype;
// Its `then` asks for its constructor, which is of our realm. One of its own, on whatever
// promise, makes every `then` of the app slower: V8 no longer knows what it will find.
const resolved = Promise.resolve();

function soon(work) {
  apply(then, resolved, [() => {
    try {
      work();
    } catch {} // whoever has something to say of it catches it
  }]);
}

/** A microtask that throws nothing, in a list that is made once. */
function queue(list) {
  apply(then, resolved, list);
}

module.exports = { queue, soon };
