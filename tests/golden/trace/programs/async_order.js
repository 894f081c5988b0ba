const out = [];
const say = (x) => out.push(x);
async function a() { say('a1'); await null; say('a2'); await b(); say('a3'); return 'ra' }
async function b() { say('b1'); await 0; say('b2') }
async function c() { return a() }
async function d() { throw new Error('d') }
const e = async (x) => { await x; say('e' + x); return await x };
async function f() { for await (const x of [Promise.resolve(1), 2]) say('f' + x) }
async function* g() { yield 1; yield Promise.resolve(2); const z = await 3; yield z }
async function h() { for await (const x of g()) say('g' + x) }
async function k() { try { await d() } catch (x) { say(x.message) } finally { await 0; say('fin') } }
Promise.resolve().then(() => say('p1')).then(() => say('p2')).then(() => say('p3')).then(() => say('p4'));
const all = Promise.all([a(), c(), e(1), f(), h(), k(), d().catch(() => say('caught'))]);
say('sync');
module.exports = all.then((r) => { log(out.join()); log(r.slice(0, 3).join()) });
