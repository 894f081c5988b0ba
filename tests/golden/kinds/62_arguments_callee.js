// arguments.callee
const k = module.exports = { f: /*F*/function () { return typeof arguments.callee },
run: () => k.f() };
