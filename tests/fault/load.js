'use strict';
// Requests to servers, from a process of its own so that Python's threads do not count:
// `node load.js PAUSE_MS PORT...`. Each line on stdin ends a window; its answer on stdout
// is one JSON line, `{port: {answers, failed, wrong, gap}}`, where `gap` is the longest
// time in milliseconds that one request of the window waited for its answer.
const http = require('http');
const readline = require('readline');

const [pause, ...ports] = process.argv.slice(2).map(Number);
const paths = ['/one', '/two', '/spin'];
const agent = new http.Agent({ keepAlive: true });
const seen = new Map();
const waiting = new Map();

function fresh() {
  return { answers: 0, failed: 0, wrong: 0, gap: 0, first: '' };
}
function ask(port, lane, number) {
  const path = paths[number % paths.length];
  const began = performance.now();
  waiting.set(lane, [port, began]);
  const done = (kind, text) => {
    waiting.delete(lane);
    const window = seen.get(port);
    window[kind] += 1;
    if (text && !window.first) window.first = String(text);
    window.gap = Math.max(window.gap, performance.now() - began);
    setTimeout(ask, pause, port, lane, number + 1);
  };
  const request = http.get({ port, host: '127.0.0.1', path, agent }, (response) => {
    let text = '';
    response.on('data', (part) => { text += part; });
    response.on('end', () => {
      if (text.startsWith(path.slice(1))) done('answers');
      else done('wrong', text);
    });
  });
  request.on('error', (error) => done('failed', error));
}

for (const port of ports) {
  seen.set(port, fresh());
  for (let lane = 0; lane < 2; lane += 1) ask(port, `${port} ${lane}`, lane);
}
readline.createInterface({ input: process.stdin }).on('line', () => {
  const told = {};
  for (const [port, began] of waiting.values()) {
    const window = seen.get(port);
    window.gap = Math.max(window.gap, performance.now() - began);
  }
  for (const port of ports) {
    told[port] = seen.get(port);
    seen.set(port, fresh());
  }
  console.log(JSON.stringify(told));
}).on('close', () => process.exit(0));
