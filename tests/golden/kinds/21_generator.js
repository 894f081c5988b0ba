// generator
const k = module.exports = { f: /*F*/function* (a) { const b = yield a; yield b },
run: () => [...k.f(2)] };
