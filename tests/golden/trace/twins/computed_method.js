const k = 'dyn', o = { async *[k]/*F*/(x) { yield x; yield this === o } }; module.exports = { f: o.dyn, async drive(f) { const r = []; for await (const x of f.call(o, 1)) r.push(x); return r } }
