// function, strict by its file
'use strict';
const k = module.exports = { f: /*F*/function (a) { return [a, this === undefined] },
run: () => (0, k.f)(2) };
