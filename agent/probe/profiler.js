'use strict';
/**
 * V8's sampling profiler from inside, for an app that has no inspector open.
 *
 * In: an interval. Out: the profile as V8 gives it.
 */

const { builtin } = require('./natives.js');

class Profiler {
  constructor() {
    this.running = false;
    this.session = null;
  }

  start(interval) {
    if (this.running) return;
    const { Session } = builtin('inspector');
    this.session = new Session();
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.setSamplingInterval', { interval });
    this.session.post('Profiler.start');
    this.running = true;
  }

  stop() {
    if (!this.running) return null;
    this.running = false;
    let profile = null;
    this.session.post('Profiler.stop', (error, answer) => {
      if (!error) ({ profile } = answer);
    });
    this.session.disconnect();
    return profile;
  }

  face() {
    return { startProfile: (interval) => this.start(interval), stopProfile: () => this.stop() };
  }
}

module.exports = { Profiler };
