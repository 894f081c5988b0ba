function sloppy() { return this === globalThis }
function strict() { 'use strict'; return this }
const o = { sloppy, strict, f() { return this === o } };
function g() { return [sloppy(), strict(), o.f(), (o.f)(), (0, o.f)(), o['f'](), o?.f(), (o?.f)(), o.strict() === o] }
log(g().join());
