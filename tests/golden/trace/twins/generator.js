const f = /*F*/function* (a = 1) { const x = yield a; return x + 1 }; module.exports = { f, drive(f) { const i = f(); return [i.next(), i.next(4), Object.prototype.toString.call(f)] } }
