// with in it
const k = module.exports = { f: /*F*/function (a) { with (a) { return x } },
run: () => k.f({ x: 4 }) };
