// exported variable that changes
export let n = 1; n = 2;
export const k = { f: /*F*/(a) => { n += a; return n > 0 } };
export const run = () => k.f(2);
