function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } const ack = (m, n) => m ? n ? ack(m - 1, ack(m, n - 1)) : ack(m - 1, 1) : n + 1;
log(fib(10), ack(2, 2));
function deep(n) { return n ? deep(n - 1) : 0 } log(deep(1000));
function endless() { return endless() } try { endless() } catch (e) { log(e instanceof RangeError) } // left open
