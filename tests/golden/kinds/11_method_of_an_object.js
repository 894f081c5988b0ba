// method of an object
const k = module.exports = { f: 0, m/*F*/(a) { return [a, typeof this.run] },
run: () => k.m(2) };
