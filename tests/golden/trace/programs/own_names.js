const fact = function self(n) { return n < 2 ? 1 : n * self(n - 1) };
const g = function h() { h = 5; return typeof h };
function decl() { const old = decl; decl = 5; return typeof decl + typeof old }
log(fact(5), g(), decl(), typeof decl);
const k = function q(q) { return q }; log(k(3));
function z(z) { return z } log(z(4));
function y() { var y = 1; return y } log(y());
const obj = { f: function f() { return typeof f } }; log(obj.f());
