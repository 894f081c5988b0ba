'use strict';

const getRawBody = require('raw-body');

// A middleware that reads the whole body of a request into `req.body` (a Buffer).
// A body of more than `limit` bytes is answered with 413 by the error handler.
function bodyParser(limit) {
  return function saveBody(req, res, next) {
    getRawBody(req, { length: req.headers['content-length'], limit: limit }, function (err, buffer) {
      if (err) return next(err);
      req.body = buffer;
      next();
    });
  };
}

module.exports = { bodyParser };
