const f = /*F*/function (o) {
  // first
  return o
    .a
}
module.exports = { f, drive: (f) => f({ a: 1 }) }
