// arrow with an outer new.target
function Made() { this.f = /*F*/(a) => [new.target === Made, a] }
const k = new Made(); module.exports = { k, run: () => k.f(2) };
