function f() { return function () {} }
const g = () => () => {};
function h() { return (class {}) }
async function k() { const x = await (() => {}); return x.name }
log(JSON.stringify([f().name, g()().name === undefined, g().name, h().name]));
module.exports = k().then((n) => log(JSON.stringify(n)));
