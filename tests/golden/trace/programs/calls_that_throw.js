function bad() { throw new Error('bad') }
function f() { try { bad() } catch (e) { return e.message } finally { log('finally') } }
function g() { try { bad() } finally { return 'over' } }
function h() { for (const x of [1, 2]) { try { if (x === 1) continue; return x } finally { log('f', x) } } }
function k() { l: try { return 1 } finally { break l } return 2 }
function m() { try { try { bad() } finally { log('in') } } catch { return 'out' } }
function n() { bad() }
log(f(), g(), h(), k(), m()); try { n() } catch (e) { log(e.message) }
