// Given to Electron with -r. Playwright waits for good for a page that is in the midst of its first load when it attaches:
// the page says it is still empty, and the news that it no longer is has been sent before. So no window opens until then.
'use strict';
const { app } = require('electron');

const ready = app.whenReady();
const attached = new Promise((resolve) => {
  // What Playwright calls, by this name, once it has attached to Chromium and to Node.
  globalThis.__playwright_run = resolve;
});
const held = Promise.all([ready, attached]).then(() => undefined);
app.whenReady = () => held;
