import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { iconPng, ICONS } from '../packaging/icons.mjs';
import { onPath } from '../setup/apt.mjs';

// node scripts/dev/render-icons.mjs: draws resources/icons/*.png anew from icon.svg, after the drawing was changed.
const svg = await readFile(join(ICONS, 'icon.svg'), 'utf8');
const browser = await chromium.launch(onPath('chromium') ? { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] } : {});
for (const size of [16, 32, 48, 64, 128, 256, 512]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>html, body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${svg}`);
  await page.screenshot({ path: iconPng(size), omitBackground: true });
  await page.close();
}
await browser.close();
