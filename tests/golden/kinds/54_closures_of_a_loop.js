// closures of a loop
const fs = []; for (let i = 0; i < 3; i += 1) fs.push(/*F*/(a) => i + a);
module.exports = { fs, run: () => fs.map((f) => f(10)) };
