'use strict';
// Peers that are switched on and off in a running server: SIGUSR2 for an empty
// async_hooks hook, SIGHUP for the inspector's CPU profiler at 1 ms.
const { createHook } = require('async_hooks');
const { Session } = require('inspector');

const hook = createHook({ init() {}, before() {}, after() {}, destroy() {} });
const session = new Session();
let [hooked, sampling] = [false, false];
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 1000 });
process.on('SIGUSR2', () => {
  hooked = !hooked;
  if (hooked) hook.enable();
  else hook.disable();
});
process.on('SIGHUP', () => {
  sampling = !sampling;
  session.post(sampling ? 'Profiler.start' : 'Profiler.stop');
});
