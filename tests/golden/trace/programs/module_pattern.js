var M = (function (root) { 'use strict'; var priv = 0; function bump() { return ++priv } return { bump: bump, get: function () { return priv } } })(this);
M.bump(); M.bump(); log(M.get());
exports.a = function () { return exports.b() }; exports.b = () => module.exports.c; module.exports.c = 3; log(exports.a());
(function (f) { log(f(2)) }(function (x) { return x * 2 }));
