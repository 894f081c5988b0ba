'use strict'; /*F*/function f() { return this === undefined } module.exports = { f, drive: (f) => f() }
