let held = 1;
var global1 = 1;
const once = { get x() { log('getter'); return 1 } };
function captured() { return delete held }
function missing() { return delete notThere }
function made() { zz = 1; zz++; const gone = delete zz; return [gone, typeof zz, 'zz' in globalThis] }
function own() { var a = 1; return [delete a, delete global1, delete (a), delete this.none, typeof a] }
function parts() { h1 = 1; return [delete (h1), typeof h1, delete once.x, delete once?.x, delete (0, once.x)] }
Object.defineProperty(globalThis, 'lazy', { configurable: true, get() { log('lazy ran'); return 1 } });
function lazily() { return delete lazy }
log(captured(), missing(), made(), own(), parts(), lazily(), 'lazy' in globalThis);
