// function that makes objects
const k = module.exports = { f: /*F*/function (a) { if (!new.target) return 'called'; this.a = a },
run: () => [k.f(1), new k.f(2).a, new k.f(3) instanceof k.f, Reflect.construct(k.f, [1], Array).length] };
