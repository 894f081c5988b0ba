const { EventEmitter } = require('events');
const em = new EventEmitter(); const seen = [];
function f() { em.on('x', function (a) { seen.push(['fn', a, this === em]) }); em.once('x', (a) => seen.push(['arrow', a]));
  [3, 1, 2].sort((a, b) => a - b).forEach(function (x) { seen.push([x, this.q]) }, { q: 1 });
  const handler = () => seen.push(['named']); em.on('x', handler); em.emit('x', 1); em.off('x', handler); em.emit('x', 2) }
f(); log(JSON.stringify(seen));
module.exports = new Promise((resolve) => { setTimeout(function () { setImmediate(() => process.nextTick(resolve)) }, 1) });
