const f = /*F*/function own() { own = 5; return typeof own }; module.exports = { f, drive: (f) => f() }
