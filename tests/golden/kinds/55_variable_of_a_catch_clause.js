// variable of a catch clause
let made; try { throw new Error('x') } catch (e) { made = /*F*/() => e.message }
const k = module.exports = { f: made,
run: () => k.f() };
