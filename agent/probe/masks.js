'use strict';
/**
 * What else the app may call of ours: Proxies of its functions, stand-ins that time a few
 * runs, and a request's own `push`.
 *
 * In: the original, and calls that nobody has replaced. Out: functions of the app's own
 * realm (realm.js makes them there); whatever fails in what they ask of us stays here.
 */

/** A Proxy of `original` that runs `call(self, args)`, and `build` instead of a `new`. */
function mask(original, { call, build, text, toText, listening, get, getOwnPropertyDescriptor, Proxy }) {
  const masked = new Proxy(original, {
    __proto__: null,
    apply: (_, self, args) => call(self, args),
    construct: (_, args, target) => build(original, args, target === masked ? original : target),
    get(_, key, receiver) {
      const value = get(original, key, receiver === masked ? original : receiver);
      if (key !== 'toString' && key !== 'listener') return value;
      if (getOwnPropertyDescriptor(original, key) !== undefined) return value;
      if (value === toText) return text;
      return value === undefined && listening ? original : value;
    },
  });
  return masked;
}

/** A `toString` that says what `textOf` does of the original. */
function texter(original, textOf) {
  return { toString: () => textOf(original) }.toString;
}

/** What to call, and what to make, instead of the original: `before()` first. */
function announced(original, before, { apply, construct }) {
  const tell = () => {
    try {
      before();
    } catch {} // a full stack
  };
  return {
    call(self, args) {
      tell();
      return apply(original, self, args);
    },
    build(_, args, target) {
      tell();
      return construct(original, args, target);
    },
  };
}

/** What calls `stand` instead of the original. */
function instead(stand, { apply, construct }) {
  return { call: (self, args) => apply(stand, self, args), build: construct };
}

/** As the original; `began()` before each run, `ended(that, value)` after it. */
function timedMethod(original, began, ended, { apply }) {
  return {
    timed() {
      let at;
      let value;
      try {
        at = began();
      } catch {} // a full stack
      try {
        value = apply(original, this, arguments);
        return value;
      } finally {
        try {
          ended(at, value);
        } catch {} // the value is the app's
      }
    },
  }.timed;
}

/** As timedMethod, for what can be called with `new`. */
function timedFunction(original, began, ended, { apply, construct }) {
  return function timed() {
    let at;
    let value;
    try {
      at = began();
    } catch {} // a full stack
    try {
      value = new.target === undefined ? apply(original, this, arguments)
        : construct(original, arguments, new.target);
      return value;
    } finally {
      try {
        ended(at, value);
      } catch {} // the value is the app's
    }
  };
}

/** A `push` of a request that says what it is given. */
function pushed(push, seen, { apply }) {
  return function (chunk, encoding) {
    try {
      seen(chunk);
    } catch {} // the request is the app's, whatever we miss of it
    return apply(push, this, [chunk, encoding]);
  };
}

/** A `Module.prototype._compile` that compiles what `rewritten` says. */
function compiling(original, rewritten, { apply }) {
  return {
    _compile(content, filename) {
      let text = content;
      try {
        text = rewritten(content, filename, arguments[2]);
      } catch {} // the app's file is always better than none
      arguments[0] = text;
      return apply(original, this, arguments);
    },
  }._compile;
}

/**
 * A `MessagePort.prototype.postMessage` that says on which port a message was posted. Node's
 * returns true for it; on a port that is closed or was given away nothing is posted.
 */
function posting(original, posted, { apply }) {
  return {
    postMessage() {
      const value = apply(original, this, arguments);
      try {
        if (value === true) posted(this);
      } catch {} // the message is on its way
      return value;
    },
  }.postMessage;
}

/** Functions of the app's realm whose kind no global names. */
const literals = { generator: function* () {}, asyncGenerator: async function* () {} };

/** A `toString` of functions that says what `before` makes of what the original says. */
function saying(original, before, { apply }) {
  const said = {
    toString() {
      const text = apply(original, this === said ? original : this, []);
      try {
        return before(text);
      } catch {
        return text;
      }
    },
  }.toString;
  return said;
}

/** A frame of this file on the stack. */
function through(work) {
  return work();
}

module.exports = {
  announced, compiling, instead, literals, mask, posting, pushed, saying, texter, through, timedFunction, timedMethod,
};
