function called(g) { return g <!-- ( nothing
 (4) }
function member(o) { return o <!-- . [ nothing
 .p <!-- [
 [0] }
function assigned(o) { o.a <!-- = 
 = 5; return o.a }
function chained(o) { return o?.a <!-- ?.b ( [
?.[0]?.(1) }
function K(a) { this.a = a }
function built() { return new K <!-- ( 9 )
(5) }
function within(o) { return 'a' <!-- in
in o }
function closed(o) { return o
--> . [ nothing
.p }
log(called((x) => x * 2), member({ p: [9] }), assigned({}), chained({ a: [(x) => x + 1] }), built().a, within({ a: 1 }), closed({ p: 3 }));
