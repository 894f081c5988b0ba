function f(o) {
  let x = 1
  o.a = 1
  o.b = o.a
  ++o.a
  const g = function () { return o.a }
  o.c = [1]
  o.d = x
  ;[1].forEach((v) => { o.e = v })
  if (o.a) o.f = 1
  else o.g = 1
  do o.h = 1
  while (0)
  for (const k of [1, 2]) o.i = k
  label: o.j = 1
  switch (1) { case 1: o.k = 1
    o.l = 2 }
  return g() + Object.keys(o).join('')
}
log(f({}));
