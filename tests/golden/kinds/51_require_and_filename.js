// require and __filename
const k = module.exports = { f: /*F*/() => [typeof require('path').join, __filename.length > 3],
run: () => k.f() };
