function linked(a) { var r = typeof arguments[0]; function a() {} return r + typeof a + (arguments[0] === a) }
function strictly(a) { 'use strict'; var r = typeof arguments[0]; function a() {} return r + typeof a }
function apart(a = 1) { var r = typeof arguments[0]; function a() {} return r + typeof a }
log(linked(1), strictly(1), apart(1));
