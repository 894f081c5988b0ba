const f = /*F*/function (a, ...rest) { return [a, rest, arguments.length] }; module.exports = { f, drive: (f) => f(1, 2, 3) }
