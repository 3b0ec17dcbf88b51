import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { card, cardTitles, kRequest, open, type Session, settled } from './browser';

let session: Session;

beforeEach(async () => {
  session = await open();
});

afterEach(async () => {
  const { faults } = session;
  await session.close();
  expect(faults).toEqual([]);
});

const search = `/?q=${encodeURIComponent(kRequest)}`;

interface Answer {
  hits: Record<string, unknown>[];
}

/** Changes the first hit of every search on its way to the page. */
async function changeFirst(page: Page, change: Record<string, unknown>): Promise<void> {
  await page.route('**/api/v1/search', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as Answer;
    answer.hits[0] = { ...answer.hits[0], ...change };
    await route.fulfill({ response, json: answer });
  });
}

describe('a card', () => {
  it('is marked in front, and what went away comes back at a press', async () => {
    const { page } = session;
    await page.goto('/?q=ninja');
    await settled(page);
    const [title] = await cardTitles(page, 1);
    await page.locator(card).first().getByRole('button', { name: `Not interested: ${title}` }).click();
    await expect.poll(async () => (await cardTitles(page, 1))[0]).not.toBe(title);
    await page.getByTestId('undo').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await cardTitles(page, 1))[0]).toBe(title);
    expect(await page.getByTestId('undo').count()).toBe(0);
  });

  it('that is liked stays, and says so on both sides', async () => {
    const { page } = session;
    await page.goto('/?q=ninja');
    await settled(page);
    const first = page.locator(card).first();
    await first.getByRole('button', { name: /^Liked/ }).click();
    expect(await first.getByRole('button', { name: /^Liked/ }).getAttribute('aria-pressed')).toBe('true');
    await first.locator('[data-card]').click();
    expect(await first.getByRole('button', { name: 'Liked', exact: true }).getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await settled(page);
    expect(await page.locator(card).first().getByRole('button', { name: /^Liked/ }).getAttribute('aria-pressed')).toBe('true');
  });

  it('tells how its score came about, part by part', async () => {
    const { page } = session;
    await page.goto(search);
    await settled(page);
    const first = page.locator(card).first();
    await first.locator('[data-card]').click();
    expect(await first.getByTestId('score-tree').isVisible()).toBe(false);
    await first.getByRole('button', { name: 'How the score came about' }).click();
    const tree = first.getByTestId('score-tree');
    await tree.getByText(/^Meaning/).waitFor();
    const values = await tree.locator('ul > li > ul').first().evaluate((list) => [...list.children].map((part) => Number(part.querySelector('div > span:last-child')?.textContent)));
    const whole = Number(await tree.locator('li > div > span:last-child').first().innerText());
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(whole, 1);
    expect(await tree.locator('[lang=en]').count()).toBe(0);
  });

  it('of a later page tells it as well', async () => {
    const { page } = session;
    await page.goto('/?q=school');
    await settled(page);
    const before = await page.locator(card).count();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await expect.poll(() => page.locator(card).count()).toBeGreaterThan(before);
    const far = page.locator(card).last();
    await far.locator('[data-card]').click();
    await far.getByRole('button', { name: 'How the score came about' }).click();
    await far.getByTestId('score-tree').getByText(/^Words/).first().waitFor();
  });

  it('leads to the trailer and to where one watches, only where there is something', async () => {
    const { page } = session;
    await changeFirst(page, { trailer_url: 'https://video.example/watch?v=1' });
    await page.goto(search);
    await settled(page);
    await page.locator('[data-card]').first().click();
    const links = page.locator(card).first();
    expect(await links.getByRole('link', { name: /on Trailer/ }).getAttribute('href')).toBe('https://video.example/watch?v=1');
    expect(await links.getByRole('link', { name: /on JustWatch/ }).getAttribute('href')).toMatch(/^https:\/\/www\.justwatch\.com\/us\/search\?q=Mushi/);

    await page.unroute('**/api/v1/search');
    await changeFirst(page, { trailer_url: 'javascript:alert(1)', ids: {}, episodes: null, rating: null, year: null, synopsis: null });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: 'Where to watch' }).selectOption('off');
    await page.keyboard.press('Escape');
    await page.reload();
    await settled(page);
    await page.locator('[data-card]').first().click();
    expect(await page.locator(card).first().getByRole('link', { name: / on / }).count()).toBe(0);
    expect(await page.locator(card).first().innerText()).not.toMatch(/null|undefined|NaN/);
  });

  it('leads to where its reader watches, when that is written down', async () => {
    const { page } = session;
    await page.goto('/');
    await page.getByRole('button', { name: 'Settings' }).click();
    const where = page.getByRole('dialog').getByRole('combobox', { name: 'Where to watch' });
    await where.selectOption('FR');
    await where.selectOption('own');
    await page.getByRole('textbox', { name: 'An address of my own' }).fill('https://shop.example/find?t={title}');
    await page.keyboard.press('Escape');
    await page.goto(search);
    await settled(page);
    await page.locator('[data-card]').first().click();
    expect(await page.getByRole('link', { name: /on Where to watch/ }).getAttribute('href')).toMatch(/^https:\/\/shop\.example\/find\?t=Mushi/);
  });

  it('holds its seasons, which have pages of their own', async () => {
    const { page } = session;
    await page.goto(search);
    await settled(page);
    const first = page.locator(card).first();
    expect(await first.innerText()).toMatch(/and \d+ more of the series/);
    await first.locator('[data-card]').click();
    const season = first.getByRole('region', { name: 'In the series' }).getByRole('link').first();
    const name = (await season.innerText()).split('\n')[0] ?? '';
    await season.click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  });
});

describe('tiers', () => {
  it('stand apart, sure ones first, and sorting otherwise takes them away', async () => {
    const { page } = session;
    await page.goto(search);
    await settled(page);
    const order = await page.locator('[data-testid^=tier-]').evaluateAll((all) => all.map((one) => one.getAttribute('data-testid')));
    expect(order.length).toBeGreaterThan(1);
    expect(order).toEqual(['tier-strong', 'tier-possible', 'tier-weak'].filter((tier) => order.includes(tier)));
    for (const tier of order) expect(await page.getByTestId(tier ?? '').getByRole('heading', { level: 2 }).isVisible()).toBe(true);
    await page.locator('#sort').selectOption('year');
    await expect.poll(() => page.locator('[data-testid^=tier-]').count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('sort')).toBe('year');
  });
});

describe('spoilers', () => {
  const tags = [
    { name: 'calm', label: 'calm', spoiler: false },
    { name: 'everyone-dies', label: 'everyone dies', spoiler: true },
  ];

  it('stay hidden until asked for, here or for good', async () => {
    const { page } = session;
    await page.route('**/api/v1/anime/mal:457?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), tags } });
    });
    await page.goto('/anime/mal:457');
    await page.getByText('calm', { exact: true }).waitFor();
    expect(await page.getByText('everyone dies').count()).toBe(0);
    await page.getByRole('button', { name: 'Show 1 tag that gives something away' }).click();
    await page.getByText('everyone dies').waitFor();
    await page.reload();
    await page.getByText('calm', { exact: true }).waitFor();
    expect(await page.getByText('everyone dies').count()).toBe(0);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('switch', { name: 'Show spoiler tags' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('everyone dies').waitFor();
  });
});

describe('the title page', () => {
  it('has the facts, the franchise in order, and reasons for what is close', async () => {
    const { page } = session;
    await page.goto('/anime/mal:457');
    await page.getByRole('heading', { name: 'Facts' }).waitFor();
    expect(await page.locator('dl').innerText()).toMatch(/Episodes\s+26/);
    const years = await page.getByRole('region', { name: /rest of the series/ }).getByRole('link').allInnerTexts();
    const aired = years.map((text) => Number(/\b(19|20)\d\d\b/.exec(text)?.[0])).filter((year) => !Number.isNaN(year));
    expect(aired).toEqual([...aired].sort((a, b) => a - b));
    await page.locator(card).first().locator('[data-card]').click();
    expect(await page.getByTestId('why').innerText()).toMatch(/In common|Close to/);
    await page.locator(card).first().getByRole('button', { name: 'How the score came about' }).click();
    await page.getByTestId('score-tree').getByText(/^Likeness to the examples/).waitFor();
  });
});
