// listener of an emitter
const bus = new (require('events'))(); let n = 0;
bus.on('x', /*F*/(a) => { n += a });
module.exports = { bus, run: () => { const b = n; bus.emit('x', 2); return [n - b, bus.listenerCount('x')] } };
