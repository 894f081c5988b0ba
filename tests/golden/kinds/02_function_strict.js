// function, strict
const k = module.exports = { f: /*F*/function (a) { 'use strict'; return [a, this === undefined] },
run: () => (0, k.f)(2) };
