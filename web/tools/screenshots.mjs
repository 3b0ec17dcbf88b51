// Draws docs/screenshots anew from a running server with the starter catalogue: eight views, in both languages, both themes, at a desk
// and on a phone. Run after changing how the page looks, and look at each.
//
// usage: ANIRECO_BASE_URL=http://127.0.0.1:8080 npm run screenshots
import { mkdir, rm, writeFile } from 'node:fs/promises';

import { chromium } from 'playwright-core';

const baseURL = process.env['ANIRECO_BASE_URL'] ?? 'http://127.0.0.1:8080';
const folder = new URL('../../docs/screenshots/', import.meta.url);
const kMostBytes = 150 * 1024;
const desktop = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const english = encodeURIComponent('a quiet show about a travelling doctor of spirits');
const russian = encodeURIComponent('как Тетрадь смерти, но без ужасов, фильм до 2010');

/** @param {import('playwright-core').Page} page */
const cards = (page) => page.locator('[data-testid=card]').first().waitFor();
/** @type {[number, string, number][]} */
const scores = [
  [457, 'completed', 10],
  [1535, 'completed', 9],
  [5114, 'completed', 9],
  [1, 'completed', 8],
  [20, 'dropped', 4],
  [21, 'on_hold', 7],
  [30, 'completed', 8],
  [199, 'completed', 9],
  [9253, 'planned', 0],
  [16498, 'planned', 0],
];
const list = scores.map(([mal, status, score]) => ({ id: `mal:${mal}`, ids: { mal }, title: '', status, ...(score > 0 && { score }) }));

/** @type {{name: string, size: object, scheme: 'light' | 'dark', language: 'en' | 'ru', address: string, act?: (page: import('playwright-core').Page) => Promise<void>}[]} */
const views = [
  { name: 'greeting-en-light-desktop', size: desktop, scheme: 'light', language: 'en', address: '/' },
  { name: 'results-en-light-desktop', size: desktop, scheme: 'light', language: 'en', address: `/?q=${english}`, act: cards },
  { name: 'results-ru-dark-desktop', size: desktop, scheme: 'dark', language: 'ru', address: `/?q=${russian}`, act: cards },
  {
    name: 'card-en-dark-phone',
    size: phone,
    scheme: 'dark',
    language: 'en',
    address: `/?q=${english}`,
    act: async (page) => {
      await cards(page);
      await page.locator('[data-card]').first().click();
      await page.getByTestId('why').waitFor();
    },
  },
  {
    name: 'filters-ru-light-phone',
    size: phone,
    scheme: 'light',
    language: 'ru',
    address: '/?q=школа&genre=Mystery&not_genre=Horror',
    act: async (page) => {
      await cards(page);
      await page.getByRole('button', { name: /Фильтры/ }).click();
      await page.getByRole('dialog').getByRole('slider').first().waitFor();
    },
  },
  {
    name: 'title-en-dark-desktop',
    size: desktop,
    scheme: 'dark',
    language: 'en',
    address: '/anime/mal:457',
    act: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
  {
    name: 'list-ru-light-desktop',
    size: desktop,
    scheme: 'light',
    language: 'ru',
    address: '/list',
    act: async (page) => {
      const buffer = Buffer.from(JSON.stringify({ format: 'anireco-list', version: 1, entries: list }));
      await page.locator('input[type=file]').setInputFiles({ name: 'list.json', mimeType: 'application/json', buffer });
      await page.getByText('Прочитано').waitFor();
    },
  },
  {
    name: 'settings-ru-dark-phone',
    size: phone,
    scheme: 'dark',
    language: 'ru',
    address: '/',
    act: async (page) => {
      await page.getByRole('button', { name: 'Настройки' }).click();
      await page.getByRole('dialog').getByRole('switch').first().waitFor();
    },
  },
  {
    name: 'nothing-fits-en-light-phone',
    size: phone,
    scheme: 'light',
    language: 'en',
    address: '/?q=cooking+movie+from+1921&genre=Comedy',
    act: (page) => page.getByTestId('empty').getByRole('button').first().waitFor(),
  },
];

const browser = await chromium.launch({
  executablePath: process.env['ANIRECO_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const { name, size, scheme, language, address, act } of views) {
  const context = await browser.newContext({ baseURL, ...size, colorScheme: scheme, locale: language === 'ru' ? 'ru-RU' : 'en-US', reducedMotion: 'reduce' });
  // Posters are others' works: the drawn ones are shown.
  await context.route((url) => url.origin !== new URL(baseURL).origin, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForLoadState('networkidle');
  await act?.(page);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(400);
  const debuggerSession = await context.newCDPSession(page);
  let bytes = Buffer.alloc(0);
  for (const quality of [88, 80, 70, 60]) {
    const { data } = await debuggerSession.send('Page.captureScreenshot', { format: 'webp', quality });
    bytes = Buffer.from(data, 'base64');
    if (bytes.length <= kMostBytes) break;
  }
  await writeFile(new URL(`${name}.webp`, folder), bytes);
  console.log(`${name}: ${(bytes.length / 1024).toFixed(0)} kB`);
  if (bytes.length > kMostBytes) process.exitCode = 1;
  await context.close();
}
await browser.close();
