'use strict';
// The same method is handed over twice; in a running program nobody sees the constructor.
// order: main -> later -> start -> step#2
// apart: later | step
// apart: start | step
// apart: step | step#2
class Job {
  constructor() {
    setTimeout(this.step.bind(this), 30);
  }

  start() {
    setTimeout(this.step.bind(this), 40);
  }

  step() {}
}
function main() {
  const job = new Job();
  setTimeout(function later() {
    job.start();
  }, 5);
}

module.exports = main;
if (require.main === module) main();
