function f() {} const g = () => {}; async function h() {} function* k() {} class A { m() {} }
log(f(), g(), [...k()], new A().m()); module.exports = h().then((x) => log(x));
