// bound function
const k = module.exports = { f: (/*F*/function (a, b) { return [this.x, a, b] }).bind({ x: 1 }, 5),
run: () => k.f(2) };
