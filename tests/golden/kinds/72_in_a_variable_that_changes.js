// in a variable that changes
let f = null; f = /*F*/(a) => a + 1;
module.exports = { run: () => f(2) };
