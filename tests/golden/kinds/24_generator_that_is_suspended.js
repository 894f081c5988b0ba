// generator that is suspended
const k = module.exports = { f: /*F*/function* (a) { for (;;) { yield a += 1 } },
run: () => [k.old.next().value > 0, k.f(2).next().value] };
k.old = k.f(0); k.old.next();
