// variable that is not initialised yet
function make() { return /*F*/() => { try { return late } catch (e) { return e.name } }; let late; }
const k = module.exports = { f: make(), run: () => k.f() };
