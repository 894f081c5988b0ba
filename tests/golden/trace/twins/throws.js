/*F*/function f(o) { try { return o.a.b } catch (e) { throw new TypeError(e.message + '!') } } module.exports = { f, drive: (f) => f({}) }
