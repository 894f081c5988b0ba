'use strict';
// Work for the CPU alone: calls of small functions, loops over arrays, objects, closures.
// ES5, so that everybody's instrumenter can read it. With ROUNDS it runs so often and
// prints the milliseconds of CPU that it took; else it is a server, one round a request.

function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function multiply(a, b, size) {
  var c = new Float64Array(size * size);
  for (var i = 0; i < size; i += 1) {
    for (var j = 0; j < size; j += 1) {
      var sum = 0;
      for (var k = 0; k < size; k += 1) sum += a[i * size + k] * b[k * size + j];
      c[i * size + j] = sum;
    }
  }
  return c;
}

function words(count) {
  var seen = {};
  for (var i = 0; i < count; i += 1) {
    var word = 'w' + ((i * 7919) % 997);
    seen[word] = (seen[word] || 0) + 1;
  }
  return Object.keys(seen).sort(function (a, b) {
    return seen[b] - seen[a] || (a < b ? -1 : 1);
  });
}

function particles(count, steps) {
  var all = [];
  for (var i = 0; i < count; i += 1) all.push({ x: i, y: -i, vx: 1, vy: 0.5 });
  for (var s = 0; s < steps; s += 1) {
    all.forEach(function (p) {
      p.x += p.vx;
      p.y += p.vy;
      if (p.x > 100) p.vx = -p.vx;
    });
  }
  return all[3].x;
}

var matrix = new Float64Array(80 * 80);
for (var m = 0; m < matrix.length; m += 1) matrix[m] = m % 13;

function round() {
  return [fib(20), multiply(matrix, matrix, 80)[7], words(5000)[0], particles(200, 60)].join();
}

if (process.env.ROUNDS) {
  round();
  var before = process.cpuUsage();
  for (var r = 0; r < Number(process.env.ROUNDS); r += 1) round();
  var spent = process.cpuUsage(before);
  console.log('SPENT ' + (spent.user + spent.system) / 1000);
} else {
  require('http').createServer(function (req, res) {
    res.end(round());
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
