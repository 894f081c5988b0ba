let n = 0;
const k = { toString() { n++; return 'p' } };
const o = { p: 1 };
function f() { o[k] += 1; o[k]++; o[k] = 5; o[k]; delete o[k]; return n }
log(f(), o);
