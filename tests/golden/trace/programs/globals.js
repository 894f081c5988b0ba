function f() { globalThis.zzz = 1; zzz++; zzz += 2; const a = zzz; yyy = 4; delete globalThis.zzz; return [a, typeof zzz, yyy, typeof yyy] }
log(f().join()); delete globalThis.yyy;
function g() { return [typeof process, Math.max(1, 2), JSON.stringify({ a: 1 }), [1, 2].map(String), parseInt('7'), isNaN(NaN)].join() }
log(g());
function h() { undefinedThing = 1; try { 'use strict'; return undefinedThing } finally { delete globalThis.undefinedThing } }
log(h());
