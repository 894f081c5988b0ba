// async function that is suspended
const k = module.exports = { f: /*F*/async function (a) { this.n += 1; await new Promise((go) => setTimeout(go, 300)); this.n -= 1; return [a, this.n >= 0] }, n: 0,
run: () => k.f(2) };
