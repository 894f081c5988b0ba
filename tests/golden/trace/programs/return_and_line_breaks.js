function f(o) {
  return /* c */ o.a // end
}
function g(o) {
  return (
    // first
    o.a
  )
}
function h() { return
  5 }
function k() { if (1) return; else return 2 }
const m = (o) => (
  // object
  { a: o.a }
);
const n = o =>
  o
    .a;
function p(o) { return o.a, o.b }
const q = (o) => (o.a, o.b);
log(f({ a: 1 }), g({ a: 2 }), h(), k(), m({ a: 3 }), n({ a: 4 }), p({ b: 5 }), q({ b: 6 }));
