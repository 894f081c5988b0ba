// captured variable that changes
let n = 0;
const k = module.exports = { f: /*F*/(a) => { n += a; return n > 0 },
run: () => k.f(2) };
