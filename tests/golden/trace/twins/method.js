const o = { v: 1, m/*F*/(a) { return [this === o, a, new.target === undefined] } }; const f = o.m; module.exports = { f, drive: (f) => [f.call(o, 2), 'prototype' in f] }
