class A { constructor(o) { this.x = o.x; return o.r } }
class B extends A { constructor(o) { const f = () => this; super(o); this.y = f() === this } }
class C extends B { constructor(o) { if (o.x) super(o); else { try { this.z } catch (e) { log(e.name) } super(o) } } }
log(new A({ x: 1 }).x, new B({ x: 2 }).y, new C({ x: 0 }).x, new C({ x: 3 }).x, new A({ r: { k: 1 } }).k);
function D() { return 5 } D.prototype.z = 1; log(new D().z, D());
