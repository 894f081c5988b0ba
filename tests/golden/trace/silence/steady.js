// SIZE and PACE differ from run to run.
const cache = new Map(), state = { hits: 0, list: [], deep: { o: {} } }; let last;
class Store { #rows = []; add(row) { this.#rows.push(row); last = row; return this } find(n) { return this.#rows.find((r) => r.n === n) } }
const store = new Store();
async function handle(req, reply) { state.hits++; await wait(req.ms); const row = { n: req.n, tags: [] }; store.add(row); cache.set(req.n, row);
  row.tags.push(req.n); await wait(1); store.find(req.n).seen = true; for (const [key, one] of cache) { one.key = key } state.deep.o[`p${req.n % 3}`] = row;
  const { tags: [first], ...rest } = cache.get(req.n); reply.rest = rest; return first }
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const filler = (n) => { const made = []; for (let i = 0; i < n; i++) made[i] = { i }; return made };
module.exports = (async () => { const kept = filler(SIZE); const replies = [{}, {}, {}, {}];
  await Promise.all([3, 1, 2, 0].map((n, at) => handle({ n: at, ms: n * PACE }, replies[at])));
  last.size = kept.length; $out.line = replies })();
