// import()
const k = module.exports = { f: /*F*/async () => typeof (await import('node:path')).join,
run: () => k.f() };
