// async generator
const k = module.exports = { f: /*F*/async function* (a) { yield a; yield a + 1 },
run: () => (async () => { const all = []; for await (const a of k.f(2)) all.push(a); return all })() };
