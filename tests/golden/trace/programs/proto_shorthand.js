function given(__proto__) { return () => ({ __proto__ }) }
function beside() { let __proto__ = { a: 1 }; function f() { return { x: 1, __proto__, __proto__: null } } __proto__ = { q: 2 }; return f() }
const made = given({ a: 1 })();
log(Object.keys(made), made.a, Object.getPrototypeOf(made) === Object.prototype);
log(Object.getOwnPropertyNames(beside()), Object.getPrototypeOf(beside()));
