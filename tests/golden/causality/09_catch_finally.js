'use strict';
// order: main -> thrower -> caught -> last
// order: main -> rejected
// apart: rejected | caught
// apart: rejected | last
function main() {
  Promise.resolve().then(function thrower() {
    throw new Error('x');
  }).then(function skipped() {}).catch(function caught() {}).finally(function last() {});
  Promise.reject(new Error('y')).catch(function rejected() {});
}

module.exports = main;
if (require.main === module) main();
