const f = /*F*/function (a) { arguments[0] = 2; return a }; module.exports = { f, drive: (f) => f(5) }
