'use strict';
// order: main -> zipped -> unzipped
// order: main -> random
// order: main -> found
// apart: random | zipped
// apart: random | found
// apart: found | zipped
// apart: found | unzipped
// apart: random | unzipped
const crypto = require('node:crypto');
const dns = require('node:dns');
const zlib = require('node:zlib');
function main() {
  crypto.randomBytes(8, function random() {});
  zlib.gzip('text', function zipped(error, data) {
    zlib.gunzip(data, function unzipped() {});
  });
  dns.lookup('127.0.0.1', function found() {});
}

module.exports = main;
if (require.main === module) main();
