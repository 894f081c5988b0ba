function f() { const g = () => arguments[0] + arguments.length; return g(9) + (() => [...arguments].join())() } log(f(1, 2));
function h(arguments2) { var arguments = 5; return arguments } log(h(1));
const k = function (arguments) { return arguments }; log(k(6));
