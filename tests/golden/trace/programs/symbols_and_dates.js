const d = { [Symbol.toPrimitive](h) { return h === 'number' ? 42 : 's' } };
function f() { return [+d, `${d}`, d + '', d * 2, Object.prototype.toString.call({ get [Symbol.toStringTag]() { return 'T' } })].join() } log(f());
