'use strict';
// safe: each has a place of its own in one table.
const users = { ann: { visits: 0 }, bob: { visits: 0 } };
const slots = [0, 0, 0];
const seen = new Map([['ann', 0], ['bob', 0], [1, 0], [2, 0]]);
function visit(name, number) {
  users[name].visits += 1;
  slots[number] += 1;
  seen.set(name, seen.get(name) + 1);
  seen.set(number, seen.get(number) + 1);
}
function main() {
  setTimeout(function one() {
    visit('ann', 1);
  }, 1);
  setTimeout(function two() {
    visit('bob', 2);
  }, 6);
}

module.exports = main;
if (require.main === module) main();
