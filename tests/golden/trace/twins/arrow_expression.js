const k = 2, o = { a: 1 }; const f = /*F*/x => ({ v: x * k + o.a }); module.exports = { f, drive: (f) => f(3) }
