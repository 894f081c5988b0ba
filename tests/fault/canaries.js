'use strict';
// A server that carries secrets wherever an app can carry them. It reads them from a
// file, so that its own source has none but LITERAL, which the test puts into it.
const fs = require('fs');
const http = require('http');
const vm = require('vm');
const { pathToFileURL } = require('url');

const canary = JSON.parse(fs.readFileSync(process.env.CANARIES, 'utf8'));
const LITERAL = '@LITERAL@';

const sessions = { count: 0 };
const table = new Map();
const seen = new Set();
const marker = Symbol(canary.symbol);
const state = { users: {}, [marker]: 0, literal: LITERAL.length };

const named = { [canary.functionName](value) { state.users.last = value; return value; } };
const { [canary.className]: Named } = { [canary.className]: class { constructor() { this.n = 1; } } };
const evaluated = new Function('state', 'n', `
  state.evaluated = n; /* ${canary.evalText} */ return '${canary.evalPlain}'.length;`);
const scripted = vm.runInThisContext(
  `(function scripted(state, n) { state.scripted = n; return n + 1; })`,
  { filename: `file:///srv/made.js?token=${canary.scriptUrl}` });
const hidden = eval(`(function hidden(s) { s.hidden = 1; return '${canary.evalSource}'; })
//# sourceURL=http://user:${canary.urlUser}@internal/hidden.js`);

function query(sql, parameters) {
  state.sql = sql.length + parameters.length;
  if (sql.includes('fail')) throw new Error(`no such table; password=${canary.errorPlain} in ${sql}`);
  return { [canary.resultKey]: 1, rows: [] };
}

function remember(key) {
  sessions[canary.hexKey] = (sessions[canary.hexKey] || 0) + 1;
  state.users[canary.mailKey] = { name: 'x' };
  state.users[canary.uuidKey] = state.users[canary.mailKey];
  state[canary.objectKey] = key;
  state[marker] += 1;
  table.set(canary.mapKey, key);
  seen.add(canary.setMember);
  return state[canary.objectKey];
}

// A listener: that `remember` is traced depends on nobody else being so.
process.on('canary', remember);

function shape(value) {
  return { [canary.shapeKey]: value, card: canary.card };
}

function fails(kind) {
  if (kind === 'type') throw new TypeError(`bad token ${canary.errorMessage}`);
  return Promise.reject(new Error(`Bearer ${canary.rejection}`));
}

class Refused extends Error {
  constructor(why) { super(why); this.name = canary.errorName; this.code = canary.errorCode; }
}

function work(body) {
  let sum = 0;
  // Far more than all else, so that nothing else is taken for what does the work.
  for (let i = 0; i < 400000; i += 1) sum = (sum * 31 + i) | 0;
  return sum + body.length;
}

function answer(req, res, body) {
  process.emit('canary', req.headers['x-session'] || 'none');
  named[canary.functionName](new Named());
  evaluated(state, body.length);
  scripted(state, 2);
  hidden(state);
  shape(body.length);
  try { query(`select 1 where token='${canary.sql}' -- fail`, [canary.sqlParameter]); } catch (error) { state.error = error; }
  query(`select 1 where token='${canary.sql}'`, [canary.sqlParameter]);
  try { fails('type'); } catch (error) { state.error = error; }
  fails('promise').catch((error) => { state.error = error; });
  try { throw new Refused(canary.thrown); } catch (error) { state.error = error; }
  res.setHeader('set-cookie', `sid=${canary.answerCookie}`);
  res.end(`${work(body)} ${canary.answerBody}`);
}

const server = http.createServer(function take(req, res) {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => answer(req, res, Buffer.concat(chunks)));
});

process.title = canary.title;
import(`${pathToFileURL(process.env.MODULE)}?api_key=${canary.moduleUrl}`).then((loaded) => {
  setInterval(() => loaded.tick(state), 20);
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
});
