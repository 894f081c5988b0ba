// What nobody else can see: nothing is told.

//// a frozen receiver
const z = Object.freeze([1]);
function f() { try { z.push(1) } catch {} }

//// a fresh object
function f() { const o = { a: [] }; o.a.push({}); o.b = new Map().set(1, o) }

//// a fresh copy
function f() { const o = [...l]; o.push(1); o.length = 0; o.sort() }

//// what only reads
function f() { l.map((o) => o); m.has('a'); Object.keys(k); k.o.n; w[0]; String(k) }
