// arrow with an outer this
function Holder() { this.v = 5; this.f = /*F*/(a) => this.v + a }
const k = new Holder(); module.exports = { k, run: () => k.f(2) };
