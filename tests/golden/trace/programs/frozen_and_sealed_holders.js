'use strict';
const o = Object.freeze({ a: 1 });
function f() { try { o.a++ } catch (e) { log(e.message) } try { o.b = 1 } catch (e) { log(e.message) } try { undefined.x = 1 } catch (e) { log(e.message) } }
f();
