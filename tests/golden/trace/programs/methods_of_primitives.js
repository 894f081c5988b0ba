function f() { return ['a'.toUpperCase(), (5).toFixed(1), true.toString(), 5n.toString(), Symbol('q').toString(), 'ab'.at(-1), 'abc'['slice'](1)].join() }
log(f());
