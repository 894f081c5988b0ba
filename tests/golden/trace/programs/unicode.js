const \u0061bc = 1, ünï = 2, o = { '😀': 3, π: 4 };
function f() { return [abc, ünï, o['😀'], o.π, '😀'.length, `😀${o.π}`].join() }
log(f());
