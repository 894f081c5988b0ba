// async method
const k = module.exports = { f: 0, async m/*F*/(a) { await null; return [a, typeof this.run] },
run: () => k.m(2) };
