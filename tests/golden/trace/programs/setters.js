const seen = [];
const o = { set p(v) { seen.push(v) }, get p() { seen.push('get'); return 1 } };
function f() { o.p = 1; o.p += 2; o.p++; ++o.p; o.p ||= 5; o.p &&= 6; o.p ??= 7; return seen.join() }
log(f(), (() => o.p = 9)());
