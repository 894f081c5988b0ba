function f(o) { return ['a' in o, !('b' in o), o instanceof Object, [] instanceof o.C, 0 in [1]].join() }
log(f({ a: 1, C: Array }));
for (var i = ('a' in { a: 1 }) ? 1 : 0; i < 2; i++) log(i);
for (var k = (() => { return 'x' in {} })(); k;);
