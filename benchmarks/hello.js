'use strict';
// express answering hello; with SCRIPTS and HEAP_MB also that many scripts and so much heap.
const express = require('../tests/apps/node_modules/express');
const vm = require('vm');

const app = express();
app.get('/', (req, res) => res.send('hello world'));
globalThis.ballast = [];
for (let i = 0; i < Number(process.env.SCRIPTS || 0); i += 1) {
  const text = `(function () { return function made${i}() { return ${i}; }; })()`;
  globalThis.ballast.push(new vm.Script(text, { filename: `/ballast/${i}.js` }).runInThisContext());
}
for (let i = 0; i < Number(process.env.HEAP_MB || 0) * 1024; i += 1) {
  globalThis.ballast.push(Array.from({ length: 16 }, (_, k) => ({ k, i, next: null })));
}
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
server.keepAliveTimeout = 60000;
