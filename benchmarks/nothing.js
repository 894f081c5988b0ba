/* global J$ */
// An analysis of Jalangi2 that looks at what our tracer tells, and does nothing with it.
(function (sandbox) {
  function Nothing() {}
  ['invokeFunPre', 'invokeFun', 'getField', 'putField', 'read', 'write', 'functionEnter', 'functionExit'].forEach(function (name) {
    Nothing.prototype[name] = function () {};
  });
  sandbox.analysis = new Nothing();
})(J$);
