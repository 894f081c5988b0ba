'use strict';
/**
 * Run a project's mocha suite, as often as asked, in one process.
 *
 * In: the checkout; then a line on stdin for each pass, `run` or `held`; or `once` as the
 * second argument. Out: a line `ORACLE {json}` for each pass: the titles that passed,
 * failed and were left out. A pass that is `held` stops before each group of tests and
 * before each request is answered, says `ORACLE-HELD` and which, and goes on at `go`: what lives for
 * a millisecond can be found then. `alone TITLE` runs one test often. The project stays loaded from pass to pass; its tests
 * are loaded anew.
 */

const fs = require('fs');
const http = require('http');
const path = require('path');
const readline = require('readline');

const folder = fs.realpathSync(process.argv[2]);
const once = process.argv[3] === 'once';
process.chdir(folder);
const Mocha = require(path.join(folder, 'node_modules', 'mocha'));
const environment = path.join(folder, 'test', 'support', 'env.js');
const waiting = [];
const OFTEN = 300;
const PATIENCE = 10; // with every run observed, on a machine that does something else as well

const { timeout } = Mocha.Context.prototype;
Mocha.Context.prototype.timeout = function (...given) {
  return timeout.apply(this, given.map((ms) => ms * PATIENCE));
};

function files() {
  return ['test', 'test/acceptance'].flatMap((name) => {
    const place = path.join(folder, name);
    if (!fs.existsSync(place)) return [];
    return fs.readdirSync(place).sort().filter((file) => /\.c?js$/.test(file))
      .map((file) => path.join(place, file));
  });
}

class Silent {
  constructor(runner) {
    Silent.told = { passing: [], failing: [], pending: [] };
    runner.on('pass', (test) => Silent.told.passing.push(test.fullTitle()));
    runner.on('pending', (test) => Silent.told.pending.push(test.fullTitle()));
    runner.on('fail', (test, error) => {
      Silent.told.failing.push([test.fullTitle(), String((error && error.stack) || error)]);
    });
  }
}

function hold(what) {
  return new Promise((resolve) => {
    waiting.push(resolve);
    process.stdout.write(`\nORACLE-HELD ${what}\n`);
  });
}

/** Before each group of tests, with what they were made of within a walk's reach. */
function holdGroups(mocha) {
  for (const suite of mocha.suite.suites) {
    suite.beforeAll('held', function held() {
      this.timeout(0);
      exports.group = suite;
      if (global.gc) global.gc();
      return hold('group');
    });
    suite._beforeAll.unshift(suite._beforeAll.pop());
  }
}

/** Each request waits with its server and its app in their places. */
function holdRequests() {
  const { emit } = http.Server.prototype;
  http.Server.prototype.emit = function (type, ...args) {
    if (type !== 'request') return emit.call(this, type, ...args);
    hold('request').then(() => setImmediate(() => emit.call(this, type, ...args)));
    return true;
  };
  return () => delete http.Server.prototype.emit;
}

/** Nothing but one test, many times. */
function repeat(suite, title) {
  const found = suite.tests.filter((test) => test.fullTitle() === title);
  suite.tests = [];
  for (const test of found) {
    for (let i = 0; i < OFTEN; i += 1) suite.addTest(test.clone());
  }
  for (const inner of suite.suites) repeat(inner, title);
}

function pass(order) {
  const held = order === 'held';
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(path.join(folder, 'test'))) delete require.cache[file];
  }
  if (fs.existsSync(environment)) require(environment);
  const mocha = new Mocha({
    checkLeaks: true, ignoreLeaks: false, reporter: Silent, ui: 'bdd', timeout: 20000,
  });
  for (const file of files()) mocha.addFile(file);
  mocha.loadFiles();
  mocha.files = [];
  if (order.startsWith('alone ')) repeat(mocha.suite, order.slice('alone '.length));
  if (held) holdGroups(mocha);
  const release = held ? holdRequests() : () => {};
  return new Promise((resolve) => {
    mocha.run(() => {
      release();
      delete exports.group;
      if (mocha.dispose) mocha.dispose(); // it stays in reach of `process` otherwise
      process.stdout.write(`\nORACLE ${JSON.stringify(Silent.told)}\n`, resolve);
    });
  });
}

if (once) pass('run').then(() => process.exit(0));
else {
  let passes = Promise.resolve();
  readline.createInterface({ input: process.stdin })
    .on('line', (line) => {
      if (line === 'go') waiting.splice(0).forEach((go) => go());
      else passes = passes.then(() => pass(line));
    })
    .on('close', () => passes.then(() => process.exit(0)));
}
