const f = /*F*/function (xs) { return xs.map(function (x) { return x.v }).filter((x) => x > 1).map(x => x * 2) }; module.exports = { f, drive: (f) => f([{ v: 1 }, { v: 2 }]) }
