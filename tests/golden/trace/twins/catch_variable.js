let f; try { throw { v: 1 } } catch (e) { f = /*F*/() => e.v } module.exports = { f, drive: (f) => f() }
