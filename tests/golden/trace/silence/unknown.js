// What cannot be seen: what is said to be unknown.

//// direct eval -> eval
function f() { eval('k.p = 1') }

//// indirect eval -> eval
function f() { (0, eval)('1') }

//// a function that eval made -> g
const g = (0, eval)('() => {}');
function f() { g() }

//// new Function -> g
const g = new Function('');
function f() { g() }

//// with -> with
function f() { with (k) { p = 1 } }

//// a function in a with -> g
let g; with (k) { g = function () { p = 1 } }
function f() { g() }

//// a Proxy -> Proxy
const q = new Proxy(k, {});
function f() { q.p = 1 }

//// a method on a Proxy -> Proxy
const q = new Proxy(l, {});
function f() { q.push(1) }

//// a native that is not known -> structuredClone
function f() { structuredClone(k) }

//// a callback that does not report -> l.forEach
const g = new Function('');
function f() { l.forEach(g) }

//// an iterator that does not report -> an iterator of others
const i = { [Symbol.iterator]: new Function('return [][Symbol.iterator]()') };function f() { [...i] }

//// an iterator from before -> an iterator from before
const i = l.values();
function f() { [...i] }

//// a key with code -> a key that is an object
function f() { k[{}] = 1 }

//// import() -> import()
function f() { import('node:fs') }

//// a bound function from before -> g
const g = l.push.bind(l);
function f() { g(1) }

//// a class that extends what does not report -> new B
const A = new Function('this.x = 1'); class B extends A {}
function f() { new B() }

//// Node's own functions -> e.on
const e = new (require('events'))();
function f() { e.on('x', () => {}) }

//// a method that the app has replaced -> m.set
const old = Map.prototype.set; Map.prototype.set = new Function('return 1');function f() { m.set('a', 1); Map.prototype.set = old }
