let a = 0, b = 1, c = null; const o = { a: 0, b: 1 }; const use = () => [a, b, c];
function f() { a ||= 5; b &&= 6; c ??= () => {}; o.a ||= 7; o.b &&= 8; o.c ??= function () {}; a ||= (() => { throw 1 })(); return [use().slice(0, 2), c.name, o.a, o.b, JSON.stringify(o.c.name)].join() }
log(f());
