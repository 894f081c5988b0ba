// in a private field
class A { #f = /*F*/(a) => a + 1; run() { return this.#f(2) } }
const o = new A(); module.exports = { o, run: () => o.run() };
