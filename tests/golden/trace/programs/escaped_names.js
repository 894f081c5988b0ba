var \u0024x_a = 5;
function f($) { var \u{24}x_fx = 7, \u{24}x_o = 8; let g = () => \u{24}x_fx + \u{24}x_o; \u{24}x_o++; return g() + \u0024x_a }
class A { #\u0024x_m = 1; m() { return this.#\u0024x_m++ + [].push(1) } }
log(f(), new A().m());
