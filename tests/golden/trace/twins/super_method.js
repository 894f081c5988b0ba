const base = { g() { return ['base', this.v] } }; const o = { __proto__: base, v: 4, m/*F*/() { return super.g() } }; module.exports = { f: o.m, home: o, drive: (f) => f.call(o) }
