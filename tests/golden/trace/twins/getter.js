const o = { v: 3, get p/*F*/() { return this.v } }; const f = Object.getOwnPropertyDescriptor(o, 'p').get; module.exports = { f, drive: (f) => f.call(o) }
