// in a constant only
const f = /*F*/(a) => a + 1;
module.exports = { run: () => f(2) };
