function f(a, b) { a = 5; arguments[1] = 6; return [a, b, arguments[0], arguments.length].join() }
function g(a) { 'use strict'; a = 5; return arguments[0] }
function h(a, b = 2) { a = 5; return arguments[0] + arguments.length }
log(f(1, 2, 3), g(1), h(1), f());
