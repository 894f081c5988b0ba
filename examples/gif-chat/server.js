'use strict';

const express = require('express');
const { bodyParser } = require('./lib/body-parser');
const { loadFont } = require('./lib/draw');
const routes = require('./routes');

const app = express();
app.disable('x-powered-by');

app.get('/health', routes.health);
app.get('/image.gif', routes.openImage);
app.post('/image/text', bodyParser(1 * 1024 * 1024), routes.writeTextToImages);
app.post('/image/close', routes.closeImages);
app.use(routes.notFound);
app.use(routes.onError);

loadFont();

const server = app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', (err) => {
  if (err) {
    console.error(`gif-chat: ${err.message}`);
    process.exitCode = 1;
    return;
  }
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
