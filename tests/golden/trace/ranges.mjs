// Every kind of function that V8 reports; all of them, and those in them, are run or
// stand in what is run. Non-BMP names and strings shift whatever counts characters. 😀
class A { static a = 1; static { this.b = () => 2; } static c = 3; x = () => 4; ['y'] = 5; m() {} }
const B = class extends A { static { this.q = () => 1 } };
const C = class { static [(() => 'k')()] = () => 1; static s = 2; static /**/ async *['z']() {} static async w() {} get /*c*/ g() { return 1 } static set h(v) {} };
new A().x(); A.b(); new B(); B.q(); new C(); /*😀*/ const o = { async *['a' + (() => 1)()]() {}, get ['b']() { return 1 }, 'c'() {}, 1() {}, async  d() {}, e: async function () {}, f: async () => {}, g: async x => x, h: (x) => y => z => x };
o.h(1)(2)(3); o.f(); o.e(); (function () { 'use strict' }()); (async (a = () => 1, { b = function () {} } = {}) => { a(); b() })();
new (class { constructor() { this.a = () => 1 } })(); new (class X extends A {})(); new (new (class 𝒳 { '😀' = () => class { p = class { static r = () => 1 } } })()['😀']())();
const 𝒴 = function 𝒵() { return `${(() => '😀')()}` }; 𝒴();
function* gen() { yield () => 1 } [...gen()]; async function* later() { yield* [] } later();
new Function('a', 'return () => a')(1)(); eval('(function q() { return () => 1 })()()'); (0, eval)('(() => function r() {})()()');
export const z = 1; export default function () {}
