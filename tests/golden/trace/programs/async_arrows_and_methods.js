const o = { v: 1, async m() { return this.v }, f: async () => 2, async *g() { yield 3 }, async: 4, await: 5, get async2() { return 6 } };
const run = async () => [await o.m(), await o.f(), (await o.g().next()).value, o.async, o.await, await (async (x) => x.y)({ y: 7 }), await (async x => x)(8)];
module.exports = run().then((r) => log(r.join()));
