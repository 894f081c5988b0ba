// its text
const k = module.exports = { f: /*F*/function (a) { return a + 1 },
run: () => [k.f(1), String(k.f), k.f.toString(), k.f.name, k.f.length] };
