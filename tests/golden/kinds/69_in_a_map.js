// in a Map
const m = new Map([['k', /*F*/(a) => a + 1]]);
module.exports = { m, run: () => m.get('k')(2) };
