// setter
const k = module.exports = { f: 0, v: 2, set g/*F*/(a) { this.v = a },
run: () => (k.g = 4, k.v) };
