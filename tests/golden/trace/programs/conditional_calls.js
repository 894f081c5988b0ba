function f(o) { return (o.a ? o.f : o.g)(1) + (o.a && o.f)(2) + (o.z || o.g)(3) + (o.z ?? o.f)(4) }
log(f({ a: 0, f: (x) => 'f' + x, g: (x) => 'g' + x }) === undefined);
function safe(o) { try { return f(o) } catch (e) { return e.message } } log(safe({ f: (x) => 'f' + x, g: (x) => 'g' + x }));
