// assignment to a function's own name
const k = module.exports = { f: /*F*/function own() { own = 5; return typeof own },
run: () => k.f() };
