'use strict';
// One method, bound to two objects that strangers made.
// order: main -> a -> step#2
// order: main -> b -> step
// apart: a | b
// apart: a | step
// apart: b | step#2
// apart: step | step#2
class Job {
  step() {}
}
function main() {
  setTimeout(function a() {
    const job = new Job();
    setTimeout(job.step.bind(job), 50);
  }, 5);
  setTimeout(function b() {
    const job = new Job();
    setTimeout(job.step.bind(job), 5);
  }, 20);
}

module.exports = main;
if (require.main === module) main();
