// method with a symbol for a name
const k = module.exports = { f: 0, [Symbol.for('m')]/*F*/(a) { return a },
run: () => k[Symbol.for('m')](2) };
