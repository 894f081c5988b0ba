function a() { throw new Error('here') }
function b(o) {
  return o
    .f(
      1,
      2
    )
}
const where = (e) => e.stack.split('\n').slice(1, 4).map((l) => l.replace(/^.*?at /, '').replace(/\(?.*:(\d+):\d+\)?/, '$1')).join();
try { a() } catch (e) { log(where(e)) }
try { b({ f: a }) } catch (e) { log(where(e)) }
try { b({ f() { return new
  Date(this.x.y) } }) } catch (e) { log(where(e)) }
try { b({ f: 1 }) } catch (e) { log(e.message) }
async function c() { await null; a() }
module.exports = c().catch((e) => log(where(e)));
