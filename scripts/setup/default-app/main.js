// What Electron's own default app does for `electron <folder>`: it becomes the app that the folder holds.
'use strict';
const { app } = require('electron');
const { readFileSync, statSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const preloads = [];
let target = null;
const words = process.argv.slice(1);
for (let i = 0; i < words.length && target === null; i++) {
  const word = words[i];
  if (word === '--version' || word === '-v') {
    process.stdout.write(`v${process.versions.electron}\n`);
    process.exit(0);
  } else if (word === '--require' || word === '-r') {
    preloads.push(words[++i]);
  } else if (!word.startsWith('-')) {
    target = word;
  }
}
if (target === null) {
  process.stderr.write('electron: name the folder of an app\n');
  process.exit(1);
}

process.defaultApp = true;
const path = resolve(target);
let main = path;
if (statSync(path).isDirectory()) {
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  if (manifest.productName || manifest.name) app.name = manifest.productName || manifest.name;
  if (manifest.version) app.setVersion(manifest.version);
  if (process.platform === 'linux' && app.setDesktopName) app.setDesktopName(manifest.desktopName || `${app.name}.desktop`);
  app.setAppPath(path);
  main = join(path, manifest.main || 'index.js');
} else {
  app.setAppPath(dirname(path));
}
try {
  for (const preload of preloads) require(resolve(preload));
  require(main);
} catch (error) {
  // Uncaught, Electron would show it in a dialog that nobody may be there to close.
  process.stderr.write(`${error.stack}\n`);
  app.exit(1);
}
