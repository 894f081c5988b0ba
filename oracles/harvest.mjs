/**
 * Run eslint-scope's own tests for the programs that they parse.
 *
 * In: the folder of eslint-scope in a checkout, and a folder whose node_modules has espree.
 * Out: one JSON line for each program: {file, text, kind}. Assertions are not checked:
 * what the programs mean is asked of our eslint-scope.
 */
import { readdirSync } from 'node:fs';
import { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [checkout, home] = process.argv.slice(2).map((folder) => path.resolve(folder));
const programs = [];
let file = '';

globalThis.fluxionParsed = (text, { sourceType, ecmaFeatures } = {}) => {
  const kind = ecmaFeatures?.globalReturn ? 'commonjs' : sourceType ?? 'script';
  programs.push({ file, text: String(text), kind });
};
globalThis.describe = globalThis.context = (_title, body) => body();
globalThis.it = globalThis.specify = (_title, body) => {
  try {
    body?.();
  } catch {} // a program that is there for its error
};
globalThis.it.skip = globalThis.describe.skip = () => {};
globalThis.before = globalThis.beforeEach = globalThis.after = globalThis.afterEach = () => {};

register('./harvest_hooks.mjs', import.meta.url, {
  data: { home: pathToFileURL(path.join(home, 'package.json')).href },
});
const tests = path.join(checkout, 'tests');
for (const name of readdirSync(tests).sort()) {
  if (!name.endsWith('.test.js')) continue;
  file = name;
  await import(pathToFileURL(path.join(tests, name)).href);
}
for (const program of programs) console.log(JSON.stringify(program));
