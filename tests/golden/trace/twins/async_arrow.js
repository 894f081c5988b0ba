const f = /*F*/async (x) => { const y = await x; return y + 1 }; module.exports = { f, drive: (f) => f(1) }
