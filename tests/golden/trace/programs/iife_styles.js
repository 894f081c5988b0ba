(function () { log('a') })(); (function () { log('b') }()); !function () { log('c') }(); (() => { log('d') })(); void function () { log('e') }();
function f() { (function () { log('f', this === undefined) })(); (() => log('g'))(); new (function () { log('h') })(); (async () => { log('i') })();
  (function (x) { log(x, arguments.length) }).call(null, 1, 2); (function () { return this }).apply(3) }
f();
