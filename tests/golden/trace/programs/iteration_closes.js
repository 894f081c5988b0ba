const it = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: i++, done: i > 3 }), return() { log('closed'); return {} } } } };
function f() { for (const x of it) { if (x) break } const [a] = it; for (const x of it) { try { throw x } catch (e) { log(e); return } } } f();
