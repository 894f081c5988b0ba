function f(cb) { try { cb(null, JSON.parse('{')) } catch (e) { cb(e) } }
f((e, v) => log(e && e.name, v));
const p = new Promise((ok, no) => { no(new Error('x')) }); module.exports = p.catch((e) => log(e.message)).finally(() => log('fin'));
