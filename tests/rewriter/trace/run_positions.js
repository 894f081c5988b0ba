/**
 * Where V8 says that functions are.
 *
 * In: JSON on stdin: the text of a script that calls `out(fn)` for its functions. Out:
 * one JSON line each: line, column (0-based) and the mark `k12` in its source.
 */
'use strict';

const inspector = require('node:inspector');
const vm = require('node:vm');

const found = [];
globalThis.out = (fn) => (found.push(fn), fn);
const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', () => {
  const text = JSON.parse(Buffer.concat(chunks));
  vm.compileFunction(text, ['exports'], { filename: '/positions.js' }).call({}, {});
  const session = new inspector.Session();
  session.connect();
  let answer;
  const post = (method, params) => {
    session.post(method, params, (error, result) => {
      if (error) throw new Error(error.message);
      answer = result;
    });
    return answer;
  };
  globalThis.found = found;
  post('Debugger.enable');
  found.forEach((fn, i) => {
    const { result } = post('Runtime.evaluate', { expression: `found[${i}]` });
    const { internalProperties } = post('Runtime.getProperties', { objectId: result.objectId });
    const { value } = internalProperties.find(({ name }) => name === '[[FunctionLocation]]').value;
    const [mark] = /k\d+/.exec(Function.prototype.toString.call(fn));
    console.log(JSON.stringify({ line: value.lineNumber, column: value.columnNumber, mark }));
  });
  session.disconnect();
});
