// import() of a file beside it
const k = module.exports = { f: /*F*/async () => (await import('./other.mjs')).other,
run: () => k.f() };
