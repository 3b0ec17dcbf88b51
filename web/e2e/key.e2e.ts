import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';

import { card, kKey, kNarrow, kPhone, kRequest, type OpenOptions, open, overflow, type Session, settled, wantKey } from './browser';

const search = `/?q=${encodeURIComponent(kRequest)}`;

let session: Session;
let addresses: string[];

async function begin(options: OpenOptions = {}): Promise<Page> {
  session = await open(options);
  addresses = [];
  session.context.on('request', (request) => addresses.push(request.url()));
  return session.page;
}

afterEach(async () => {
  const { faults, context, page } = session;
  const places = [...addresses, page.url(), JSON.stringify(await context.cookies())].join('\n');
  await session.close();
  expect(places).not.toContain(kKey);
  expect(faults).toEqual([]);
});

const notice = (page: Page) => page.getByTestId('key');
const field = (page: Page) => notice(page).getByLabel(/^(API key|Ключ API)$/);
const hasFocus = (page: Page, selector: string) => page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector);

async function give(page: Page, key = kKey): Promise<void> {
  await field(page).fill(key);
  await page.keyboard.press('Enter');
}

async function forget(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Forget the key' }).click();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('The key is forgotten.');
  await page.keyboard.press('Escape');
}

describe('a server that wants a key', () => {
  it('is told one by keyboard alone, and then answers what it was asked', async () => {
    const page = await begin();
    const sent = await wantKey(session.context);
    await page.goto(search);
    await notice(page).getByRole('heading', { level: 1, name: 'This server wants a key' }).waitFor();
    await expect.poll(() => hasFocus(page, 'input[type=password]')).toBe(true);
    expect(await page.getByTestId('error').count()).toBe(0);
    expect(await page.getByTestId('count').isVisible()).toBe(false);

    await page.keyboard.type('another-key-that-is-unknown');
    await page.keyboard.press('Enter');
    await notice(page).getByRole('alert').getByText('does not know this key').waitFor();
    expect(await hasFocus(page, 'input[type=password][aria-invalid=true]')).toBe(true);
    expect(await page.evaluate(() => localStorage.getItem('anireco.apiKey'))).toBeNull();

    // What was wrong is marked, so that typing replaces it.
    await page.keyboard.type(` ${kKey} `);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await notice(page).count()).toBe(0);
    expect(await hasFocus(page, '#results')).toBe(true);
    expect(sent.slice(0, sent.indexOf(kKey)).every((key) => key !== kKey)).toBe(true);
  });

  it('is sent the key that this browser holds, until that is forgotten', async () => {
    const page = await begin();
    const sent = await wantKey(session.context);
    await page.goto('/');
    await notice(page).waitFor();
    await give(page);
    await page.getByText(/[\d,]+ titles to search/).waitFor();
    sent.length = 0;
    await page.goto(search);
    await settled(page);
    expect(new Set(sent)).toEqual(new Set([kKey]));
    await forget(page);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(kKey);
    await page.reload();
    await field(page).waitFor();
  });

  it('may not know the key that this browser holds any more', async () => {
    const page = await begin();
    await page.goto('/list');
    await page.evaluate(() => localStorage.setItem('anireco.apiKey', 'a-key-that-was-withdrawn'));
    await wantKey(session.context);
    await page.goto('/anime/mal:457');
    await notice(page).getByText('it may have been withdrawn').waitFor();
    await notice(page).getByRole('button', { name: 'Forget the key' }).click();
    await notice(page).getByText('Whoever runs it gives keys out').waitFor();
    expect(await hasFocus(page, 'input[type=password]')).toBe(true);
    await give(page);
    await page.getByRole('heading', { level: 1, name: /mushi/i }).waitFor();
    await page.locator(card).first().waitFor();
  });

  it('is asked anew while one types, without a letter getting lost', async () => {
    const page = await begin();
    await page.goto('/');
    await page.getByText(/[\d,]+ titles to search/).waitFor();
    await wantKey(session.context);
    await page.locator('#search').focus();
    await page.keyboard.type('school', { delay: 60 });
    await notice(page).waitFor();
    expect(await page.locator('#search').inputValue()).toBe('school');
    expect(await field(page).inputValue()).toBe('');
    await give(page);
    await settled(page);
  });

  it('gets what is not a search as well: a title by chance, a list saved to a file', async () => {
    const page = await begin();
    await wantKey(session.context);
    await session.context.route(/\/api\/v1\/profiles\//, (route) => {
      const { pathname } = new URL(route.request().url());
      if (!pathname.endsWith('/export')) return route.fulfill({ json: { entries: [{ id: 'mal:457', ids: { mal: 457 }, title: 'Mushishi', score: 9 }] } });
      return route.request().headers()['x-api-key'] === kKey ? route.fulfill({ body: 'the list' }) : route.fulfill({ status: 401 });
    });
    await page.goto('/list');
    await page.getByRole('button', { name: 'Surprise me' }).click();
    await give(page);
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/anime\/./);

    await page.evaluate(() => localStorage.setItem('anireco.profile', 'ann'));
    await page.goto('/list');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export', exact: true }).click()]);
    expect(download.suggestedFilename()).toBe('ann.json');
    expect(await readFile(await download.path(), 'utf8')).toBe('the list');
  });

  it('is asked for its posters with the key, which an image does not send', async () => {
    const page = await begin();
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await session.context.route('**/api/v1/anime/mal:457?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), image_url: '/posters/mal:457' } });
    });
    await session.context.route('**/posters/*', (route) => route.fulfill({ contentType: 'image/png', body: Buffer.from(pixel, 'base64') }));
    await wantKey(session.context);
    await page.goto('/anime/mal:457');
    await give(page);
    await page.getByRole('img', { name: /Poster of .*mushi/i }).first().waitFor();
    expect(await page.locator('img[src^="blob:"]').count()).toBe(1);
  });

  it('is told one for this visit where nothing can be stored', async () => {
    const page = await begin();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('blocked', 'SecurityError'); } });
    });
    await wantKey(session.context);
    await page.goto('/');
    await give(page);
    await page.getByText(/[\d,]+ titles to search/).waitFor();
    await page.locator('#search').fill(kRequest);
    await settled(page);
    await forget(page);
    await page.locator('#search').fill('school');
    await field(page).waitFor();
  });

  it('tells also a phone, in Russian', async () => {
    for (const viewport of [kPhone, kNarrow]) {
      const page = await begin({ viewport, locale: 'ru-RU' });
      await wantKey(session.context);
      await page.goto('/');
      await give(page, 'не тот ключ');
      await notice(page).getByText('Сервер не знает такого ключа').waitFor();
      expect(await overflow(page)).toBe(0);
      const box = await notice(page).getByRole('button').boundingBox();
      const bar = await page.getByRole('navigation', { name: 'Везде' }).boundingBox();
      expect(box && bar && box.y + box.height <= bar.y).toBe(true);
      await give(page);
      await page.getByText(/тайтл\S* в каталоге/).waitFor();
      if (viewport !== kNarrow) await session.close();
    }
  });

  it('is nothing that a server without keys knows of', async () => {
    const page = await begin();
    const keys: (string | undefined)[] = [];
    session.context.on('request', (request) => keys.push(request.headers()['x-api-key']));
    await page.goto(search);
    await settled(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').getByRole('switch').first().waitFor();
    expect(await page.getByRole('button', { name: 'Forget the key' }).count()).toBe(0);
    expect(new Set(keys)).toEqual(new Set([undefined]));
  });
});
