'use strict';

// The example has its own tests; they count among ours.
require('../../examples/gif-chat/test/gif-chat.test.js');
