'use strict';
// order: main -> start -> load -> fire -> loaded -> save
// apart: other | loaded
// apart: other | save
class Job {
  async start() {
    await this.load();
    this.save();
  }

  async load() {
    await new Promise((resolve) => {
      setTimeout(function fire() {
        resolve();
      }, 20);
    });
    this.loaded();
  }

  loaded() {}

  save() {}
}
function main() {
  setTimeout(function other() {}, 5);
  new Job().start();
}

module.exports = main;
if (require.main === module) main();
