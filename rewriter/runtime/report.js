'use strict';
/**
 * Counters of every fluxion: moved, fell back (and why), aborted, bytes.
 *
 * With FLUXION_REPORT=FILE they are in that file at the exit and at most a moment
 * after each change, so that a signal that ends the process loses nothing.
 */
const { writeFileSync, renameSync } = require('fs');

const DELAY_MS = 50;

class Report {
  constructor(fluxions, path) {
    this.counters = fluxions.map(({ id }) => ({
      id, moved: 0, fell_back: 0, aborted: 0, bytes: 0, reasons: Object.create(null),
    }));
    this.path = path || '';
    this.timer = null;
    this.write();
  }

  moved(number, bytes) {
    const counter = this.counters[number];
    counter.moved++;
    counter.bytes += bytes;
    this.later();
  }

  fellBack(number, reason) {
    this.counters[number].fell_back++;
    this.because(number, reason);
  }

  aborted(number, reason) {
    this.counters[number].aborted++;
    this.because(number, reason);
  }

  because(number, reason) {
    const { reasons } = this.counters[number];
    reasons[reason] = (reasons[reason] || 0) + 1;
    this.later();
  }

  later() {
    if (this.path === '' || this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.write();
    }, DELAY_MS);
    this.timer.unref();
  }

  write() {
    if (this.path === '') return;
    const draft = `${this.path}.${process.pid}.tmp`;
    try {
      writeFileSync(draft, `${JSON.stringify({ fluxions: this.counters })}\n`);
      renameSync(draft, this.path);
    } catch (error) {
      // The app must not suffer from a full disk.
      process.stderr.write(`fluxion: cannot write ${this.path}: ${error.message}\n`);
      this.path = '';
    }
  }
}

module.exports = { Report };
