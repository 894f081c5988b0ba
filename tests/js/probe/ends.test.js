'use strict';
const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { test } = require('node:test');
const { LEAD } = require('../../../agent/probe/abi.js');
const { Ends } = require('../../../agent/probe/ends.js');

/** Ends, what they said as [run, source], and the run that is under way. */
function made(t) {
  const said = [];
  const state = { run: 0 };
  const tracer = {
    current: () => state.run,
    time: () => 5,
    leads: { tell: (at, run, how, source) => said.push([run, Object.keys(LEAD)[how], source]) },
  };
  const ends = new Ends(tracer);
  t.after(() => ends.stop());
  return { ends, said, state };
}

async function listening(server, host = '127.0.0.1') {
  server.listen(0, host);
  await once(server, 'listening');
  return server.address().port;
}

test('a run that is given an end of a connection follows who opened it, by whatever address', async (t) => {
  const { ends, said, state } = made(t);
  const server = net.createServer();
  const port = await listening(server, undefined);
  for (const run of [3, 4]) {
    state.run = run;
    const client = net.connect(port, '127.0.0.1');
    state.run = 0;
    const [socket] = await once(server, 'connection');
    await new Promise(setImmediate);
    ends.entered(7, run * 10, [socket]);
    ends.entered(7, 9, [client]);
    client.destroy();
    socket.destroy();
  }
  server.close();
  assert.deepStrictEqual(said, [[30, 'sent', 3], [40, 'sent', 4]]);
});

test('an end that is closed is nobody\'s other end', async (t) => {
  const { ends, said, state } = made(t);
  const server = net.createServer({ pauseOnConnect: true });
  const port = await listening(server);
  state.run = 3;
  const client = net.connect(port, '127.0.0.1');
  state.run = 0;
  client.once('connect', () => client.destroy());
  const [socket] = await Promise.all([once(server, 'connection'), once(client, 'close')]).then(([[one]]) => [one]);
  ends.clients.delete(socket); // as if the server had accepted it only now
  ends.accepted(socket);
  ends.entered(7, 8, [socket]);
  socket.destroy();
  server.close();
  assert.deepStrictEqual(said, []);
});

test('of a connection that is used again the second request is of who asked, and its answer of who answered', async (t) => {
  const { ends, said, state } = made(t);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let run = 100;
  const server = http.createServer((request, response) => {
    ends.entered(7, (run += 1), [request, response]);
    const mark = { activation: run + 100, self: response, callee: response.end, args: [] };
    ends.before(mark);
    response.end('x');
    ends.after(mark, response, 9);
  });
  const port = await listening(server);
  for (const asker of [2, 3, 4]) {
    state.run = asker;
    const request = http.get({ agent, host: '127.0.0.1', port });
    ends.after({ activation: asker, callee: http.get, self: http }, request, 6);
    state.run = 0;
    const [response] = await once(request, 'response');
    ends.entered(7, asker * 10, [response]);
    response.resume();
    await once(response, 'end');
    await new Promise(setImmediate);
  }
  agent.destroy();
  server.close();
  assert.deepStrictEqual(said, [
    [101, 'sent', 2], [20, 'sent', 101], [20, 'sent', 201],
    [102, 'sent', 3], [30, 'sent', 102], [30, 'sent', 202],
    [103, 'sent', 4], [40, 'sent', 103], [40, 'sent', 203],
  ]);
});

test('who is given a request later has not handled it', async (t) => {
  const { ends, said } = made(t);
  const server = http.createServer((request, response) => {
    setImmediate(() => {
      ends.entered(7, 50, [request, response]);
      response.end('x');
    });
  });
  const port = await listening(server);
  const request = http.get({ agent: false, host: '127.0.0.1', port });
  const [response] = await once(request, 'response');
  ends.entered(7, 60, [response]);
  response.resume();
  server.close();
  assert.deepStrictEqual(said, []);
});
