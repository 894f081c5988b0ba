const o = { set p/*F*/(x) { this.v = x * 2 } }; const f = Object.getOwnPropertyDescriptor(o, 'p').set; module.exports = { f, drive(f) { f.call(o, 4); return o.v } }
