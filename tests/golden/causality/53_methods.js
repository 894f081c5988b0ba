'use strict';
// order: main -> start -> step -> finish
// order: start -> aside
// apart: aside | step
// apart: aside | finish
class Job {
  start() {
    setImmediate(this.step.bind(this));
    setTimeout(() => this.aside(), 20);
  }

  step() {
    setTimeout(() => this.finish(), 1);
  }

  finish() {}

  aside() {}
}
function main() {
  new Job().start();
}

module.exports = main;
if (require.main === module) main();
