'use strict';

// Tells for how long the loop is blocked: a timer of 1 ms, how late it comes, each second the figures of all lateness
// of 1 ms and more so far, into the file $BLOCKS. Forgets what was before the first 3 seconds are over: warming up.

const fs = require('node:fs');

const WARM_MS = 4500;
const started = performance.now();
let last = started;
let late = [];
let warm = false;

setInterval(() => {
  const now = performance.now();
  if (!warm && now - started > WARM_MS) {
    warm = true;
    late = [];
  } else if (now - last > 2) late.push(now - last - 1);
  last = now;
}, 1).unref();

setInterval(() => {
  const ranked = late.toSorted((a, b) => a - b);
  const at = (share) => ranked[Math.min(ranked.length - 1, Math.ceil(share * ranked.length) - 1)] ?? 0;
  const figures = { blocks: ranked.length, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) };
  fs.writeFileSync(process.env.BLOCKS, JSON.stringify(figures));
}, 1000).unref();
