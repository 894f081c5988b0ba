'use strict';
/**
 * Do something at the end of the callback that runs now: a command, which may have
 * interrupted any code of the app, must do little itself (main.js).
 *
 * In: work. Out: nothing; it is a microtask, and asks no code of the app. What the work throws
 * ends here: as a rejection that nobody handles it would end the app.
 */

const { apply, defineProperty } = require('./natives.js');

const { then } = Promise.prototype;
const resolved = Promise.resolve();
defineProperty(resolved, 'constructor', { value: undefined }); // its `then` asks no code of the app

function soon(work) {
  apply(then, resolved, [() => {
    try {
      work();
    } catch {} // whoever has something to say of it catches it
  }]);
}

module.exports = { soon };
