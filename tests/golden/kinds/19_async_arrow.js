// async arrow
const k = module.exports = { f: /*F*/async (a) => { await null; return a },
run: () => k.f(2) };
