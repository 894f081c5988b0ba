'use strict';
// An express app whose routes do what routes do: parameters, a body, a query, a list of
// records, a template, some middleware. GET /all asks each of them once, inside.
const express = require('../tests/apps/node_modules/express');

const records = new Map();
for (let i = 0; i < 200; i += 1) {
  records.set(String(i), { id: i, name: `record ${i}`, tags: [`t${i % 7}`, `t${i % 11}`], price: (i * 37) % 101 });
}
const counts = { requests: 0, byPath: Object.create(null) };

const app = express();
app.use((req, res, next) => {
  counts.requests += 1;
  counts.byPath[req.path] = (counts.byPath[req.path] || 0) + 1;
  res.locals.started = process.hrtime.bigint();
  next();
});
app.use(express.json());

function page(title, rows) {
  const items = rows.map((row) => `<li>${row.name}: ${row.price.toFixed(2)}</li>`);
  return `<h1>${title}</h1><ul>${items.join('')}</ul>`;
}

function matching({ tag, least = 0 }) {
  const found = [];
  for (const record of records.values()) {
    if (record.price >= least && (!tag || record.tags.includes(tag))) found.push(record);
  }
  return found.sort((a, b) => b.price - a.price || a.id - b.id);
}

app.get('/records/:id', (req, res) => {
  const found = records.get(req.params.id);
  if (!found) return res.status(404).json({ error: 'no such record' });
  return res.json({ ...found, seen: counts.byPath[req.path] > 0 });
});
app.get('/search', (req, res) => {
  const { tag, least, ...rest } = req.query;
  const rows = matching({ tag, least: Number(least || 0) });
  res.json({ count: rows.length, ignored: Object.keys(rest), first: rows.slice(0, 5) });
});
app.get('/page', async (req, res) => {
  const rows = await Promise.resolve(matching({ tag: 't3' }));
  res.type('html').send(page('records', rows));
});
app.post('/records', (req, res) => {
  const { name = 'none', price = 0 } = req.body || {};
  res.status(201).json({ name: String(name).trim(), price: Number(price), at: counts.requests > 0 });
});
app.get('/', (req, res) => {
  const total = [...records.values()].reduce((sum, record) => sum + record.price, 0);
  res.json({ total, tags: [...new Set([...records.values()].flatMap((record) => record.tags))].sort() });
});
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
server.keepAliveTimeout = 60000;
