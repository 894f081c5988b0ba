let n = 0; const next = () => ++n;
function f(a = next(), b = () => a, { c = next() } = {}, ...d) { var a2 = a; return [a, b(), c, d.length, a2].join() }
log(f(), f(5), f(1, undefined, { c: 3 }, 4, 5), n);
function g(a, b = function () { return a }) { var a = 10; return [a, b()].join() }
log(g(1));
function h(a, a2 = arguments.length) { return a2 } log(h(1), h());
const k = (a, b = a) => { var a = 3; return a + b }; log(k(1));
(function (a, a) { log(a) })(1, 2);
