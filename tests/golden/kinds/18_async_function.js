// async function
const k = module.exports = { f: /*F*/async function (a) { await null; return a },
run: () => k.f(2) };
