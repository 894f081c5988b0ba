'use strict';
/**
 * FLUXION_ORDER=FILE: one line per finished HTTP response, in the order of commitment,
 * `remotePort:indexOnConnection`. Works in originals too: `node -r order.cjs app.js`.
 */
const { appendFileSync } = require('fs');
const { subscribe } = require('diagnostics_channel');
const { isMainThread } = require('worker_threads');

const path = process.env.FLUXION_ORDER;
const connections = new WeakMap();
const indices = new WeakMap();

function started({ request, socket }) {
  let connection = connections.get(socket);
  if (connection === undefined)
    connections.set(socket, (connection = { port: socket.remotePort, count: 0 }));
  indices.set(request, `${connection.port}:${connection.count++}\n`);
}

function finished({ request }) {
  const line = indices.get(request);
  if (line === undefined) return;
  indices.delete(request);
  try {
    appendFileSync(path, line);
  } catch {
    // The app must not suffer from a full disk.
  }
}

if (path && isMainThread) {
  subscribe('http.server.request.start', started);
  subscribe('http.server.response.finish', finished);
}
