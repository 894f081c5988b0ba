'use strict';
// safe: nobody writes.
const settings = { name: 'a', limits: { size: 3 } };
let read = '';
function use() {
  return settings.name + settings.limits.size;
}
function main() {
  read = settings.name;
  setTimeout(function one() {
    use();
  }, 1);
  setTimeout(function two() {
    use();
  }, 3);
  setTimeout(function three() {
    return read;
  }, 5);
}

module.exports = main;
if (require.main === module) main();
