/**
 * What eslint-scope says of programs: the second opinion of opinions.py.
 *
 * In: {text, kind} as JSON lines on stdin. Out: one line each with references (offset,
 * bits, offset of the first definition or -1) and scopes (type, offset, names).
 */
import { createInterface } from 'node:readline';
import * as acorn from 'acorn';
import * as eslintScope from 'eslint-scope';
import { KEYS } from 'eslint-visitor-keys';

function opinion(text, kind) {
  const tree = acorn.parse(text, {
    ecmaVersion: 'latest',
    sourceType: kind,
    allowHashBang: true,
    allowAwaitOutsideFunction: kind === 'module' || undefined,
    ranges: true,
    locations: true,
  });
  const manager = eslintScope.analyze(tree, {
    ecmaVersion: 2026,
    sourceType: kind,
    optimistic: true,
    childVisitorKeys: KEYS,
    fallback: 'none',
  });
  const references = [];
  const scopes = [];
  for (const scope of manager.scopes) {
    scopes.push([scope.type, scope.block.start, [...scope.set.keys()].sort()]);
    for (const reference of scope.references) {
      const bits = (reference.isRead() ? 1 : 0) | (reference.isWrite() ? 2 : 0);
      references.push([reference.identifier.start, bits, definition(reference.resolved)]);
    }
  }
  return { references, scopes };
}

function definition(variable) {
  if (!variable) return -1;
  // `arguments` has no definition: the function stands for it.
  if (!variable.defs.length) return -2 - variable.scope.block.start;
  return variable.defs[0].name.start;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { text, kind } = JSON.parse(line);
  try {
    console.log(JSON.stringify(opinion(text, kind)));
  } catch (error) {
    console.log(JSON.stringify({ failed: String(error) }));
  }
}
