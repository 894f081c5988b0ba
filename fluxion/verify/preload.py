"""The few lines of JavaScript that keep a verified app on one loopback port."""

# Both apps run with it: what it changes is the same for the original and the compiled.
PRELOAD = """\
'use strict'
// A port that is fixed in the app becomes the free one; every host becomes loopback.
const net = require('net')
const free = Number(process.env.FLUXION_VERIFY_PORT)
const fixed = JSON.parse(process.env.FLUXION_VERIFY_FIXED)
const listen = net.Server.prototype.listen
let first = fixed.length === 0 // no port is known: what listens first is the app
const port = (p) => {
  const ours = Number(p) === free || fixed.includes(Number(p)) || (first && Number(p))
  first = first && !ours
  return ours ? free : 0
}
net.Server.prototype.listen = function (...args) {
  const [to] = args
  if (typeof to === 'number' || (typeof to === 'string' && /^\\d+$/.test(to))) {
    if (typeof args[1] === 'string') args.splice(1, 1)
    args.splice(0, 1, port(to), '127.0.0.1')
  } else if (to && typeof to === 'object' && to.port !== undefined) {
    args[0] = { ...to, port: port(to.port), host: '127.0.0.1' }
  }
  return listen.apply(this, args)
}
"""
