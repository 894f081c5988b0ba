var util = require('util'), later; later = 1; /*F*/function f() { return [util.format('%s', 'x'), later, __filename, typeof require, typeof nothing] } module.exports = { f, drive: (f) => f() }
