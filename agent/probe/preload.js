'use strict';
function preload() {}
module.exports = { preload };
