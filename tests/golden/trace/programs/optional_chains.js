const o = { a: { b(x) { return this === o.a && x } }, n: null, f: (x) => x, k: 'a' };
let n = 0; const side = () => { n++; return 'b' };
function f(z) {
  return [z?.x, z?.[side()], z?.(side()), z?.x.y.z, o?.a?.b(1), o.a?.['b'](2), o.f?.(3), o.n?.x(side()),
    o.a.c?.(side()), (o?.a).b(4), o?.a.b?.(5), o?.[o.k].b(6), delete o?.zz, o?.a?.b.name, (o.n?.x)?.y,
    (o?.a.b)(7), (z?.a)?.b].map(String).join()
}
log(f(undefined), n);
function g() { try { (o.n?.x).y } catch (e) { return e.message } }
function h() { try { o?.a.zz() } catch (e) { return e.message } }
function k() { try { o?.zz.b() } catch (e) { return e.message } }
log(g(), h(), k());
