// import.meta
export const k = { f: /*F*/() => typeof import.meta.url };
export const run = () => k.f();
