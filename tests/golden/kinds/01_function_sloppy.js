// function, sloppy
const k = module.exports = { f: /*F*/function (a) { return [a, typeof this.run, typeof this] },
run: () => k.f(2) };
