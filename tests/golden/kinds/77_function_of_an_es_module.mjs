// function of an ES module
export const k = { f: /*F*/(a) => a + 1 };
export const run = () => k.f(2);
