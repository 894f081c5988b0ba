// in a frozen object
const o = Object.freeze({ f: /*F*/(a) => a + 1 });
module.exports = { o, run: () => o.f(2) };
