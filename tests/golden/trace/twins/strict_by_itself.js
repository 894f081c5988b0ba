/*F*/function f() { 'use strict'; return this === undefined } module.exports = { f, drive: (f) => f() }
