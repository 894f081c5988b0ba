/**
 * What is told again and again is cut, and nothing else is.
 *
 * In: nothing. Out: JSON lines {what, asked, wrong} for effects, for unknowns, for the
 * one after the other, and for the texts of files that are loaded.
 */
'use strict';

const path = require('node:path');
const { load } = require('../rewriter/trace/tracing.js');

const probe = path.join(__dirname, '..', '..', 'agent', 'probe');
const make = load(probe);
const { Texts } = require(path.join(probe, 'texts.js'));
const OFTEN = 20;
const tell = (what, asked, wrong) => console.log(JSON.stringify({ what, asked, wrong }));

/** Many that one number could stand for: each is told after another was told often. */
function pairs(body) {
  let asked = 0;
  const wrong = [];
  for (let site = 900; site < 2100; site += site === 1100 ? 850 : 1) {
    for (const [activation, cell] of [[2, 3], [1, 3], [3, 40], [2, 34]]) {
      asked += 1;
      if (!body([2, 1000, 3], [activation, site, cell])) wrong.push([activation, site, cell]);
    }
  }
  return [asked, wrong.slice(0, 5)];
}

function fresh() {
  const { EVENT, out, tracer } = make();
  return { EVENT, tracer, count: (code) => out.list.filter((one) => one[0] === code).length };
}

const same = (a, b) => a.every((one, at) => one === b[at]);
tell('effects', ...pairs((first, second) => {
  const { EVENT, tracer, count } = fresh();
  for (let i = 0; i < OFTEN; i += 1) tracer.effect(EVENT.WRITE, ...first);
  const before = count(EVENT.WRITE);
  tracer.effect(EVENT.WRITE, ...second);
  return before < OFTEN && (same(first, second) || count(EVENT.WRITE) === before + 1);
}));
tell('unknowns', ...pairs((first, second) => {
  const { EVENT, tracer, count } = fresh();
  for (let i = 0; i < OFTEN; i += 1) tracer.unseen(first[0], first[1], 'one');
  tracer.unseen(second[0], second[1], 'two');
  return count(EVENT.OPAQUE) === (same(first.slice(0, 2), second.slice(0, 2)) ? 1 : 2);
}));
tell('both', ...pairs((first, second) => {
  const { EVENT, tracer, count } = fresh();
  for (let i = 0; i < OFTEN; i += 1) tracer.effect(EVENT.READ, ...first);
  tracer.unseen(second[0], second[1], 'two');
  return count(EVENT.OPAQUE) === 1;
}));

/** Texts of files: one that is loaded again costs no more, and what is too much is refused. */
const texts = new Texts(10000);
const wrong = [];
let asked = 0;
for (let file = 1; file <= 100; file += 1) {
  const before = `function f() { return ${'x'.repeat(1000 + (file < 20 ? 0 : file))}; }`;
  const after = `function f() {/*$x_${file}:0:${before.length}*/}`;
  asked += 1;
  if (!texts.room(before)) continue;
  texts.add(before, after);
  if (texts.before(after) !== before) wrong.push(file);
  if (file < 20 && texts.held > 1100 + file * 200) wrong.push(['again', file, texts.held]);
}
if (!(texts.held > 5000 && texts.held <= 10000)) wrong.push(texts.held);
tell('texts', asked, wrong);
