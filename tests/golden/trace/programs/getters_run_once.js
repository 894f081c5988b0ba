let n = 0;
const o = { get p() { n++; return { get q() { n++; return () => n } } } };
function f() { o.p; o.p.q; o.p.q(); const { p } = o; for (const k in o) o[k]; return n }
log(f());
