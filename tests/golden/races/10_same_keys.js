'use strict';
// Both have the same place in each table.
// race: users.ann.visits | visit | visit
// race: slots[] | visit | visit
// race: seen[] | visit | visit
const users = { ann: { visits: 0 }, bob: { visits: 0 } };
const slots = [0, 0, 0];
const seen = new Map([['ann', 0], ['bob', 0]]);
function visit(name, number) {
  users[name].visits += 1;
  slots[number] += 1;
  seen.set(name, seen.get(name) + 1);
}
function main() {
  setTimeout(function one() {
    visit('ann', 1);
  }, 1);
  setTimeout(function two() {
    visit('ann', 1);
  }, 6);
}

module.exports = main;
if (require.main === module) main();
