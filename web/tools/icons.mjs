// Draws the icons that some systems want as pixels from the SVG ones. Run after changing those.
import { readFile, writeFile } from 'node:fs/promises';

import { chromium } from 'playwright-core';

const folder = new URL('../public/', import.meta.url);
const wanted = [
  { from: 'icon.svg', to: 'icon-192.png', size: 192 },
  { from: 'icon-maskable.svg', to: 'icon-512.png', size: 512 },
  { from: 'icon-maskable.svg', to: 'apple-touch-icon.png', size: 180 },
];
const browser = await chromium.launch({
  executablePath: process.env['ANIRECO_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
for (const { from, to, size } of wanted) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const svg = await readFile(new URL(from, folder), 'utf8');
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await writeFile(new URL(to, folder), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
