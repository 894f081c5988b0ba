const k = { p: 0, o: { n: 0, i: {} } }, l = [{ n: 0 }], m = new Map([['a', { n: 0 }]]), w = new Uint8Array(4); let u, v;
