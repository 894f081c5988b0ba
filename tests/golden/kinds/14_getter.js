// getter
const k = module.exports = { f: 0, v: 2, get g/*F*/() { return this.v },
run: () => k.g };
