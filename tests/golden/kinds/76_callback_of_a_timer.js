// callback of a timer
let n = 0; setInterval(/*F*/() => { n += 1 }, 10).unref();
module.exports = { run: () => typeof n };
