// Ways of writing: what is told of each.

//// the value of a parameter -> k.p
function f(x = (k.p = 1)) {}

//// a field -> k.p
function f() { class A { q = (k.p = 1) } new A() }

//// a field of a class of others -> k.p
class A { q = k.p = 1 }
function f() { new A() }

//// a static block -> k.p
function f() { class A { static { k.p = 1 } } }

//// the constructor of a derived class -> k.p
class A {} class B extends A { constructor() { super(); k.p = 1 } }function f() { new B() }

//// super -> a.p
class A { m() { super.p = 1 } } const a = new A();
function f() { a.m() }

//// a target of a pattern -> k.p
function f() { [k.p] = [1] }

//// a target that is computed -> k.p
function f() { [k['p']] = [1] }

//// a target of a loop -> k.p
function f() { for (k.p of [1]); }

//// a pattern that throws in the middle -> u
function f() { try { [u, v] = { *[Symbol.iterator]() { yield 1; throw 1 } } } catch {} }

//// delete of a chain -> k.p
function f() { delete k?.p }

//// a static property -> A.n
class A { static n = 0 }
function f() { A.n++ }

//// a property of a named expression -> g.n
const g = function h() { h.n = 1 };
function f() { g() }

//// a property of a built-in -> Object.shared
function f() { Object.shared = 1; delete Object.shared }

//// a class that is assigned -> A
class A {}
function f() { A = null }

//// the global object -> shared
function f() { this.shared = 1; delete this.shared }

//// what a native returns -> m.[].n
function f() { m.get('a').n = 1 }

//// an element of a copy -> l.[].n
function f() { l.slice()[0].n = 1 }

//// an element that is joined to one's own -> l.[].n
function f() { [k].concat(l)[1].n = 1 }

//// an element that is spread -> l.[].n
function f() { [...l][0].n = 1 }

//// a value that is spread -> k.o.n
function f() { ({ ...k }).o.n = 1 }

//// an item of an iterator -> m.[].n
function f() { [...m.values()][0].n = 1 }

//// an element found -> l.[].n
function f() { l.find((o) => o).n = 1 }

//// a value of Object.values -> k.o.n
function f() { Object.values(k)[1].n = 1 }

//// a part of a pattern -> k.o.i.n
function f() { const { o: { i } } = k; i.n = 1 }

//// a part of a parameter -> k.o.i.n
function g({ o: { i } }) { i.n = 1 }
function f() { g(k) }

//// a part of an item -> k.o.i.n
function f() { for (const { i } of [k.o]) i.n = 1 }

//// a length -> l.[]
function f() { l.length = 0 }

//// a view of the same bytes -> w.buffer.[]
function f() { new Uint8Array(w.buffer)[0] = 1 }

//// another view of bytes from the pool -> b.[]
const b = Buffer.from('abcd');
function f() { b.subarray(1)[0] = 1 }

//// another view -> w.[]
function f() { w.subarray(1)[0] = 1 }

//// a call by call -> l.[]
function f() { Array.prototype.push.call(l, 1) }

//// a call by apply -> l.[]
function f() { l.push.apply(l, [1]) }

//// a call by Reflect.apply -> l.[]
function f() { Reflect.apply(l.push, l, [1]) }

//// a call of a bound function -> l.[]
function f() { l.push.bind(l, 1)() }

//// Object.assign -> k.p
function f() { Object.assign(k, { p: 1 }) }

//// a subclass -> a.[]
class A extends Array {} const a = new A();
function f() { a.push(1) }

//// a method that forwards -> l.[]
function f() { [l].forEach(g) } function g(o) { o.pop() }

//// a match -> r.lastIndex
const r = /p/g;
function f() { r.test('p') }

//// a tag -> k.n
function t(s, o) { o.n = 1 }
function f() { t`a${k}` }

//// a captured object of one's own -> o.n
function f() { const o = {}; const g = () => o; o.n = 1; return g }

//// what a class captures -> n
function f(n) { n = 1; return class { static { n = 2 } } }
