// captured function
function helper(a) { return a + 1 }
const k = module.exports = { f: /*F*/(a) => helper(a),
run: () => k.f(2) };
