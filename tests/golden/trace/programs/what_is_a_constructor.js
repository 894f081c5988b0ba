let reads = 0;
Object.defineProperty(Function.prototype, 'prototype', { get() { reads++; return undefined }, configurable: true });
function F() { this.z = 1 }
const B = F.bind(null);
function f() { return new B().z }
try { log(f(), reads) } finally { delete Function.prototype.prototype }
for (const wrong of [() => 1, Math.max, { m() {} }.m, async () => 1]) try { (function () { new wrong() })() } catch (e) { log(e.message) }
