let t = 1;
function f(a) { var b = 2; const r = eval('a + b + t'); eval('var c = 5'); return r + c }
function g() { 'use strict'; return eval('var q = 3; q') }
const ind = (0, eval)('1 + 1');
log(f(1), g(), ind, new Function('a', 'return a + 1')(1));
