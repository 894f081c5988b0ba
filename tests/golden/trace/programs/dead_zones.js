function f() { try { x; let x = 1 } catch (e) { return e.name + ': ' + e.message } }
function g() { try { return typeof nothere } catch (e) { return e.message } }
function h() { try { return nothere } catch (e) { return e.message } }
function k() { const c = 1; try { c = 2 } catch (e) { return e.message } }
const top = 1;
function m() { try { top = 2 } catch (e) { return e.message } }
function n() { try { top++ } catch (e) { return e.message } }
log(f(), g(), h(), k(), m(), n());
