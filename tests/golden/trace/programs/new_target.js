function F() { if (!new.target) return new F(); this.t = new.target === F }
function G() { return { g: new.target } }
function H() { const a = () => new.target; return a() === H }
log(F().t, new F().t, G().g, new G().g === G, Reflect.construct(F, [], G).t);
function K() { if (!(this instanceof K)) return 'call'; this.n = 1 } K.prototype.q = 2;
function mk(C) { return new C }
log(K(), mk(K).q, new K instanceof K, String(new Date(0).getTime()), new (class { a = 1 })().a, new (mk.bind(null, K))().n);
