function mk(limit) { return /*F*/function (x) { return x < limit } } const f = mk(3); module.exports = { f, drive: (f) => [f(1), f(5)] }
