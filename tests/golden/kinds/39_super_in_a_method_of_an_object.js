// super in a method of an object
const k = module.exports = { f: 0, __proto__: { m() { return 'base' } }, m/*F*/() { return super.m() },
run: () => k.m() };
