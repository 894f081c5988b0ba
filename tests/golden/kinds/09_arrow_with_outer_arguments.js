// arrow with outer arguments
function make() { return { f: /*F*/(a) => arguments[0] + a } }
const k = make(7); module.exports = { k, run: () => k.f(2) };
