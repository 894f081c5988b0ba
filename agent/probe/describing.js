'use strict';
/**
 * What a process is: said once, when the probe comes.
 *
 * In: nothing. Out: `describe` tells what may be told at once; `Words` the command line, which
 * is redacted first, so not before a callback of the app has ended (main.js).
 */

const { mine, own } = require('./natives.js');
const { redactWords } = require('./redact.js');

class Words {
  constructor() {
    this.told = null;
  }

  /** Never in a command. */
  read() {
    if (this.told !== null) return;
    this.told = { argv: redactWords(list('argv')), execArgv: redactWords(list('execArgv')) };
  }
}

function describe() {
  return {
    pid: process.pid, node: process.versions.node, cwd: process.cwd(), file: file(),
    env: Object.keys(process.env),
  };
}

/**
 * The module that Node was told to run: of CommonJS by its name, else the path that is a word.
 * Where code was given instead (`-e`), that word is the app's own, and waits to be redacted.
 */
function file() {
  const main = own(process, 'mainModule');
  const name = main === undefined || main === null ? undefined : own(main, 'filename');
  if (name) return name;
  const word = own(process, '_eval') === undefined ? list('argv')[1] : undefined;
  return typeof word === 'string' && word.startsWith('/') ? word : '';
}

/** An app may have put anything there. */
function list(name) {
  const found = own(process, name);
  return Array.isArray(found) ? mine(found) : [];
}

module.exports = { Words, describe };
