/**
 * What eslint-scope's tests import, for harvest.mjs: a parser that also tells what it is
 * given, assertions that hold, and everything else from a folder of installed packages.
 */
let home;

export function initialize(data) {
  home = data.home;
}

const ANYTHING = `
  const anything = new Proxy(function () {}, {
    get: (target, key) => (key === Symbol.toPrimitive ? () => 0 : anything),
    apply: () => anything,
    construct: () => anything,
  });
  export const expect = anything, assert = anything, should = anything;
  export default anything;`;
const ESPREE = `
  import * as real from 'espree';
  export const { supportedEcmaVersions, latestEcmaVersion, VisitorKeys, version } = real;
  export function parse(text, options) {
    globalThis.fluxionParsed(text, options);
    return real.parse(text, options);
  }
  export default { ...real, parse };`;
const TYPESCRIPT = `
  export function parse(text) {
    globalThis.fluxionParsed(text, { sourceType: 'module' });
    throw new Error('TypeScript');
  }
  export default { parse };`;
const MADE = new Map([
  ['espree', ESPREE],
  ['chai', ANYTHING],
  ['@typescript-eslint/parser', TYPESCRIPT],
]);

export function resolve(specifier, context, next) {
  const ours = context.parentURL?.startsWith('harvest:');
  if (MADE.has(specifier) && !ours) return { url: `harvest:${specifier}`, shortCircuit: true };
  const bare = /^(?!node:|file:|harvest:)[\w@]/.test(specifier);
  return next(specifier, bare ? { ...context, parentURL: home } : context);
}

export function load(url, context, next) {
  if (!url.startsWith('harvest:')) return next(url, context);
  return { format: 'module', source: MADE.get(url.slice('harvest:'.length)), shortCircuit: true };
}
