'use strict';
// Fixed numbers of requests over kept connections. In: JSON lines on stdin,
// {port, method, path, body, count, connections, light}. Out: a JSON line for each:
// {seconds, failed, longest_ms} once all are answered. `light` is a path that another
// connection asks for every 3 ms meanwhile; longest_ms is its longest wait.
const http = require('http');
const readline = require('readline');

const agents = new Map();

function agentFor(port) {
  if (!agents.has(port)) agents.set(port, new http.Agent({ keepAlive: true, maxSockets: 64 }));
  return agents.get(port);
}

function ask(order, path, method, body) {
  return new Promise((resolve) => {
    const request = http.request(
      { host: '127.0.0.1', port: order.port, path, method, agent: agentFor(order.port), headers: body ? { 'content-length': Buffer.byteLength(body) } : {} },
      (answer) => {
        answer.on('data', () => {});
        answer.on('end', () => resolve(answer.statusCode < 400));
        answer.on('error', () => resolve(false));
      },
    );
    request.on('error', () => resolve(false));
    request.end(body);
  });
}

async function run(order) {
  let left = order.count;
  let failed = 0;
  let over = false;
  let longest = 0;
  const started = process.hrtime.bigint();
  const work = async () => {
    while (left > 0) {
      left -= 1;
      if (!(await ask(order, order.path, order.method || 'GET', order.body))) failed += 1;
    }
  };
  const look = async () => {
    while (!over) {
      const before = process.hrtime.bigint();
      await ask(order, order.light, 'GET');
      longest = Math.max(longest, Number(process.hrtime.bigint() - before) / 1e6);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  };
  const looking = order.light ? look() : null;
  await Promise.all(Array.from({ length: order.connections || 8 }, work));
  over = true;
  await looking;
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, failed, longest_ms: longest };
}

let last = Promise.resolve();
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  last = last.then(async () => process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`));
});
