log(typeof later, later());
function later() { return inner() + v; var v = 1; function inner() { return 'i' } }
function twice() { function a() { return 1 } function a() { return 2 } return a() }
function over(x) { function x() {} return typeof x }
function both() { var g = 1; function g() {} return typeof g }
function block() { { function q() { return 'q' } } return q() }
function cond(y) { if (y) { function z() { return 'z' } } return typeof z }
log(twice(), over(1), both(), block(), cond(true), cond(false));
