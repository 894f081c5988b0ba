'use strict';
/**
 * Run a project's mocha suite, as often as asked, in one process.
 *
 * In: the checkout; then `run` on stdin for each pass, or `once` as the second argument.
 * Out: a line `ORACLE {json}` for each pass: the titles that passed, failed and were left
 * out. The project stays loaded from pass to pass; its tests are loaded anew.
 */

const fs = require('fs');
const path = require('path');
const readline = require('readline');

const folder = fs.realpathSync(process.argv[2]);
const once = process.argv[3] === 'once';
process.chdir(folder);
const Mocha = require(path.join(folder, 'node_modules', 'mocha'));
const environment = path.join(folder, 'test', 'support', 'env.js');

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

function pass() {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(path.join(folder, 'test'))) delete require.cache[file];
  }
  if (fs.existsSync(environment)) require(environment);
  const mocha = new Mocha({ 
    checkLeaks: true, ignoreLeaks: false, reporter: Silent, ui: 'bdd', timeout: 20000,
  });
  for (const file of files()) mocha.addFile(file);
  return new Promise((resolve) => {
    mocha.run(() => {
      process.stdout.write(`\nORACLE ${JSON.stringify(Silent.told)}\n`, resolve);
    });
  });
}

if (once) pass().then(() => process.exit(0));
else {
  let passes = Promise.resolve();
  readline.createInterface({ input: process.stdin })
    .on('line', () => {
      passes = passes.then(pass);
    })
    .on('close', () => passes.then(() => process.exit(0)));
}
