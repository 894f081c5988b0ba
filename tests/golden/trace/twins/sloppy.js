/*F*/function f() { return this === globalThis } module.exports = { f, drive: (f) => f() }
