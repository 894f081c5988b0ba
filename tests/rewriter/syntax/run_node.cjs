/**
 * What Node itself says of source texts: the second opinion of test_packages.py.
 *
 * In: {text, kind} as JSON lines on stdin. Out: one line each, `{}` when this Node
 * compiles it, else `{refused}`. Nothing is run. Needs --experimental-vm-modules.
 */
'use strict';

const { createInterface } = require('node:readline');
const vm = require('node:vm');

const WRAPPER = ['exports', 'require', 'module', '__filename', '__dirname'];
const compile = {
  commonjs: (text) => vm.compileFunction(text, WRAPPER),
  script: (text) => new vm.Script(text),
  module: (text) => new vm.SourceTextModule(text),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { text, kind } = JSON.parse(line);
  let answer = {};
  try {
    compile[kind](text);
  } catch (error) {
    answer = { refused: `${error.name}: ${error.message}` };
  }
  console.log(JSON.stringify(answer));
});
