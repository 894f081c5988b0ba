function f(s) { return s.replace(/(\w)(\d)/g, (m, a, b) => b + a).split('').map((c) => c.charCodeAt(0)).filter((x, i) => i % 2).join('/') }
log(f('a1b2'), /[/]"'/.test('/"\''), 4 / 2 / 1);
