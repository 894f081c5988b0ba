// after a top-level await
const v = await Promise.resolve(4);
export const k = { f: /*F*/(a) => v + a };
export const run = () => k.f(2);
