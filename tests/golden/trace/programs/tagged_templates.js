const seen = [];
function tag(s, ...v) { seen.push(s); return s.raw.join('|') + v.join() }
const o = { tag(s) { return this === o && s[0] } };
function f(x) { return tag`a${x.p}b\n` }
log(f({ p: 1 }), f({ p: 2 }), seen[0] === seen[1], (() => o.tag`hi`)(), (() => `${1 + 1}${'a'.length}`)());
