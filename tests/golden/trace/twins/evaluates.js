let q = 1; const f = /*F*/function (a) { return eval('a + q') }; module.exports = { f, drive: (f) => f(5) }
