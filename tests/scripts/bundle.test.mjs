/** The bundles: one file each, the same every time, and the probe's is a value. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function bundle(house, ...args) {
  const done = spawnSync(process.execPath, [join(house, 'scripts/bundle.mjs'), ...args], {
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
  return done;
}

const SMALL = 'exports.here = true;';
const REALM = ['realm.js', 'fx.js', 'loose.js', 'masks.js', 'strict.js'].map((name) => `agent/probe/${name}`);
const DEFAULTS = {
  'agent/probe/main.js': SMALL, 'rewriter/syntax/sidecar.js': SMALL,
  ...Object.fromEntries(REALM.map((path) => [path, readFileSync(join(root, path), 'utf8')])),
};

/** A house with the given files, else small ones, and our bundler. */
function houseOf(t, files) {
  const house = mkdtempSync(join(tmpdir(), 'fluxion-bundle-'));
  t.after(() => rmSync(house, { recursive: true }));
  mkdirSync(join(house, 'scripts'));
  cpSync(join(root, 'scripts/bundle.mjs'), join(house, 'scripts/bundle.mjs'));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const [name, text] of Object.entries({ ...DEFAULTS, ...files })) {
    mkdirSync(dirname(join(house, name)), { recursive: true });
    writeFileSync(join(house, name), text);
  }
  return house;
}

test('the value of the probe is what its entry exports, and no name is left', (t) => {
  const house = houseOf(t, {
    'agent/probe/main.js': `'use strict';
      const { answer } = require('./answer.js');
      module.exports = { answer, strict: (function () { return this === undefined; })() };`,
    'agent/probe/answer.js': `'use strict'; exports.answer = 42;`,
  });
  bundle(house);
  const target = vm.createContext({
    process, clearInterval, clearTimeout, queueMicrotask, setImmediate, setInterval, setTimeout,
  });
  const names = () => [...vm.runInContext('Object.getOwnPropertyNames(globalThis)', target)];
  const before = names();
  const value = vm.runInContext(
    readFileSync(join(house, 'agent/bundles/probe.js'), 'utf8'), target,
  );
  assert.deepEqual({ ...value }, { answer: 42, strict: true });
  assert.deepEqual(names(), before);
});

test('the table of the store reaches the JavaScript', (t) => {
  const house = houseOf(t, {
    'agent/probe/main.js': `module.exports = require('./abi.js').VERSION;`,
    'store/__init__.py': '',
    'store/abi.py': `def javascript(): return "module.exports = { VERSION: 7 };\\n"`,
  });
  bundle(house);
  assert.equal(vm.runInThisContext(readFileSync(join(house, 'agent/bundles/probe.js'), 'utf8')), 7);
});

test('an entry that is not there is an error', (t) => {
  const house = houseOf(t, { 'agent/probe/main.js': SMALL });
  rmSync(join(house, 'rewriter/syntax/sidecar.js'));
  const done = spawnSync(process.execPath, [join(house, 'scripts/bundle.mjs')], {
    encoding: 'utf8',
  });
  assert.notEqual(done.status, 0);
  assert.match(done.stderr, /rewriter\/syntax\/sidecar\.js/);
});

test('the licence of what is bundled goes with it', (t) => {
  const house = houseOf(t, {
    'rewriter/syntax/sidecar.js': `exports.parse = require('acorn').parse;`,
  });
  bundle(house);
  const told = readFileSync(join(house, 'rewriter/bundles/licences.txt'), 'utf8');
  assert.match(told, /^acorn \d.*\(MIT\)[^]*Permission is hereby granted/);
});

test('a second build leaves the files alone', (t) => {
  const house = houseOf(t, {});
  const changed = () => statSync(join(house, 'rewriter/bundles/sidecar.cjs')).mtimeMs;
  bundle(house);
  const before = changed();
  bundle(house);
  assert.equal(changed(), before);
});

test('our bundles need nothing but Node', () => {
  bundle(root);
  for (const name of bundle(root, '--list').stdout.split('\n').filter(Boolean)) {
    const text = readFileSync(join(root, name), 'utf8');
    new vm.Script(`(function (exports, require, module) {${text}\n})`, { filename: name });
    for (const [, wanted] of text.matchAll(/\brequire\("([^"]+)"\)/g)) {
      assert.match(wanted, /^(node:)?[a-z_]+(\/promises)?$|^\.\//, `${name} wants ${wanted}`);
    }
  }
});
