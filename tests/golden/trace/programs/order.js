const seen = [];
const note = (x) => { seen.push(x); return x };
function f(o) { o[note('k')] = note('v'); o[note('k2')] += note('w'); note('m').length;
  (note(o)).p = note(1); return o[note('a')](note('b'), ...note(['c'])) }
log(f({ k2: 1, a(...x) { return x.join() } }), seen.map(String).join())
