/**
 * What the probe makes of the text of functions.
 *
 * In: JSON on stdin: [{before, after, texts}]. Out: one JSON line each: the texts that
 * the functions of `after` say.
 */
'use strict';

const fs = require('node:fs');
const { Texts } = require('../../../agent/probe/texts.js');

for (const { before, after, texts } of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  const known = new Texts();
  known.add(before, after);
  console.log(JSON.stringify(texts.map((text) => known.before(text))));
}
