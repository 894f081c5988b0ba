'use strict';
/**
 * What `Function.prototype.toString` says of functions that were instrumented at load:
 * their own text. Apps send it elsewhere (to a worker, a browser, into a key), where our
 * names mean nothing.
 *
 * In: each rewritten file, with its text before. Out: for the text of a function, the text
 * that it was made of. rewriter/trace/marks.py puts the marks there; that of the function
 * itself is the one around all others in it.
 */

const WIDE = /[^\0-\xff]/;
const MARK = /\/\*(\$x\d*_)(\d+):(\d+):(\d+)\*\//g;

const MOST = 16 * 1024 * 1024; // bytes that are kept; files beyond are left as they are
const ENTRY = 200; // bytes of a file that is known already

class Texts {
  constructor(most = MOST) {
    this.most = most;
    this.files = new Map();
    this.kept = new Map(); // a text that is loaded again and again is kept once
    this.stands = new Map(); // text of a stand-in -> text of what it stands for
    this.held = 0;
  }

  /** May a file be rewritten: is there room for its text? */
  room(text) {
    return this.held + this.costs(text) <= this.most;
  }

  costs(text) {
    if (this.kept.has(text)) return ENTRY;
    return ENTRY + (WIDE.test(text) ? 2 : 1) * text.length;
  }

  /** `after` was made of `before`. */
  add(before, after) {
    const found = this.marks(after).next();
    if (found.done) return;
    this.held += this.costs(before);
    if (!this.kept.has(before)) this.kept.set(before, before);
    this.files.set(found.value.file, this.kept.get(before));
  }

  /** The text of a function as its author wrote it. */
  before(text) {
    const original = this.stands.get(text);
    if (original !== undefined) return original;
    let widest = null;
    for (const mark of this.marks(text)) {
      if (widest === null || mark.end - mark.start > widest.end - widest.start) widest = mark;
    }
    const file = widest === null ? undefined : this.files.get(widest.file);
    return file === undefined ? text : file.slice(widest.start, widest.end);
  }

  * marks(text) {
    for (const [, prefix, number, start, end] of text.matchAll(MARK)) {
      yield { file: `${prefix}${number}`, start: Number(start), end: Number(end) };
    }
  }
}

module.exports = { Texts };
