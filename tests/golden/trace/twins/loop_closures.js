const fs = []; for (let i = 0; i < 3; i++) fs.push(/*F*/() => i++); module.exports = { f: fs[1], drive: (f) => typeof f() }
