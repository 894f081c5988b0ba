import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bundle = (...args) =>
  execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const listed = bundle('--list').trim().split('\n').filter(Boolean);

test('every listed bundle is one script that needs nothing but Node', () => {
  bundle();
  for (const name of listed) {
    const text = readFileSync(join(root, name), 'utf8');
    new vm.Script(`(function (exports, require, module) {${text}\n})`, { filename: name });
    for (const [, wanted] of text.matchAll(/\brequire\("([^"]+)"\)/g)) {
      assert.match(wanted, /^(node:)?[a-z_]+(\/promises)?$|^\.\//, `${name} wants ${wanted}`);
    }
  }
});

test('a second build leaves the files alone', () => {
  bundle();
  const before = listed.map((name) => statSync(join(root, name)).mtimeMs);
  bundle();
  assert.deepEqual(listed.map((name) => statSync(join(root, name)).mtimeMs), before);
});
