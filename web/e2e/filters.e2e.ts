import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { card, cardTitles, open, type Session, settled } from './browser';

let session: Session;

beforeEach(async () => {
  session = await open();
});

afterEach(async () => {
  const { faults } = session;
  await session.close();
  expect(faults).toEqual([]);
});

const params = () => new URL(session.page.url()).searchParams;
const panel = () => session.page.getByRole('complementary', { name: 'Filters' });

async function show(address: string): Promise<void> {
  await session.page.goto(address);
  await settled(session.page);
  await panel().getByRole('slider').first().waitFor();
}

/** How many titles pass, as the page says. */
async function total(): Promise<number> {
  await settled(session.page);
  const text = await session.page.getByTestId('count').innerText();
  return Number(/([\d,]+) titles?$/.exec(text)?.[1]?.replaceAll(',', '') ?? Number.NaN);
}

describe('ranges', () => {
  it('take typing and dragging, either end first, and a point for a comma', async () => {
    const { page } = session;
    await show('/?q=school');
    const least = page.getByRole('textbox', { name: 'Score, at least' });
    await least.fill('8,5');
    await least.press('Enter');
    await expect.poll(() => params().get('score')).toBe('8.5..');
    await page.getByRole('textbox', { name: 'Score, at most' }).fill('7');
    await page.keyboard.press('Tab');
    await expect.poll(() => params().get('score')).toBe('7..8.5');
    await page.getByRole('slider', { name: 'Episodes, at most' }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => params().get('episodes')).toBe('..59');
    await page.getByRole('textbox', { name: 'Minutes an episode, at most' }).fill('5');
    await page.keyboard.press('Enter');
    await expect.poll(() => params().get('duration')).toBe('..5');
    await page.getByRole('textbox', { name: 'Year, at least' }).fill('soon');
    await page.keyboard.press('Enter');
    expect(params().get('year')).toBeNull();
  });
});

describe('chips', () => {
  it('tell how many titles each leaves, tags as well, and those numbers hold', async () => {
    const { page } = session;
    await show('/?sort=score');
    const tag = panel().getByRole('toolbar', { name: 'Tags' }).locator('button[data-mark]').nth(3);
    const name = (await tag.locator('span').first().innerText()).trim();
    const before = Number((await tag.locator('span').nth(1).innerText()).replaceAll(',', ''));
    await tag.click();
    await expect.poll(() => params().get('tag')).toBe(name);
    await expect.poll(total).toBe(before);
    // With a tag chosen the numbers of the others are of this search: each leaves no more than the tag itself does.
    await panel().getByRole('button', { name: /^All \d+/ }).last().click();
    const others = panel().getByRole('toolbar', { name: 'Tags' }).locator('button[data-mark=off]');
    const readCounts = () => others.evaluateAll((all) => all.map((one) => Number(one.lastElementChild?.textContent?.replaceAll(',', ''))));
    // The panel follows the cards a moment later.
    await expect.poll(async () => Math.max(...(await readCounts()).filter((count) => !Number.isNaN(count)))).toBeLessThanOrEqual(before);
    const counts = await readCounts();
    expect(counts.length).toBeGreaterThan(50);
    expect(counts.filter((count) => count > 0).length).toBeGreaterThan(40);
    await page.getByTestId('active-filters').getByRole('button', { name: `Remove: ${name}` }).click();
    await expect.poll(() => params().get('tag')).toBeNull();
  });

  it('of type, status and season choose any of those pressed', async () => {
    await show('/?sort=score');
    for (const [group, chip, name, value] of [
      ['Type', /^Movie/, 'type', 'movie'],
      ['Status', /^Finished/, 'status', 'finished'],
      ['Season', /^Summer/, 'season', 'summer'],
    ] as const) {
      await panel().getByRole('toolbar', { name: group }).getByRole('button', { name: chip }).click();
      await expect.poll(() => params().get(name)).toBe(value);
      await settled(session.page);
    }
    expect(await session.page.getByTestId('active-filters').getByRole('button', { name: /^Remove/ }).count()).toBe(3);
    await session.page.getByRole('button', { name: 'Clear all' }).click();
    await expect.poll(() => params().toString()).toBe('sort=score');
  });

  it('source and studio are chosen from lists', async () => {
    const { page } = session;
    await show('/?sort=score');
    const source = page.getByRole('combobox', { name: 'Based on' });
    const studio = page.getByRole('combobox', { name: 'Studio' });
    await source.selectOption({ value: 'Manga' });
    await expect.poll(() => params().get('source')).toBe('Manga');
    await settled(page);
    await studio.selectOption('Madhouse');
    await expect.poll(() => params().get('studio')).toBe('Madhouse');
    await page.locator('[data-card]').first().waitFor();
    await studio.selectOption('');
    await expect.poll(() => params().get('studio')).toBeNull();
  });
});

describe('the dial of fame', () => {
  it('brings other titles at each end, and goes back', async () => {
    const { page } = session;
    await show('/?q=love+story');
    const usual = await cardTitles(page, 5);
    const dial = page.getByRole('slider', { name: 'Fame' });
    await dial.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => params().get('popularity')).toBe('-1');
    await expect.poll(() => cardTitles(page, 5)).not.toEqual(usual);
    await page.getByTestId('active-filters').getByRole('button', { name: /Hidden gems/ }).waitFor();
    await panel().getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => params().get('popularity')).toBeNull();
    await expect.poll(() => cardTitles(page, 5)).toEqual(usual);
  });
});

describe('the order', () => {
  it('is by match, score, fame or year', async () => {
    const { page } = session;
    await show('/?genre=Sports');
    const sort = page.locator('#sort');
    const scores = async () => (await page.locator(`${card} .bg-obi > [aria-hidden]:not(svg)`).allInnerTexts()).slice(0, 8).map(Number);
    await sort.selectOption('score');
    await expect.poll(() => params().get('sort')).toBe('score');
    await settled(page);
    await expect.poll(scores).toEqual([...(await scores())].sort((a, b) => b - a));
    await sort.selectOption('year');
    await settled(page);
    const years = async () => (await page.locator(`${card} .dotted`).allInnerTexts()).slice(0, 8).map((text) => Number(/\b(19|20)\d\d\b/.exec(text)?.[0]));
    await expect.poll(async () => JSON.stringify(await years()) === JSON.stringify([...(await years())].sort((a, b) => b - a))).toBe(true);
  });
});

describe('the level', () => {
  it('narrows everything, and links to titles keep it', async () => {
    const { page } = session;
    await show('/?sort=score');
    const before = await total();
    await page.getByText('Family', { exact: true }).click();
    await expect.poll(() => params().get('level')).toBe('family');
    await expect.poll(total).toBeLessThan(before);
    await page.locator('[data-card]').first().click();
    await page.getByRole('link', { name: 'All about it' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(params().get('level')).toBe('family');
    await page.locator('#search').fill('war');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/');
    expect(params().get('level')).toBe('family');
  });

  it('offers no more than the server allows', async () => {
    const { page } = session;
    await page.route('**/api/v1/filters?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), levels: ['family', 'standard'] } });
    });
    await show('/?sort=score');
    const names = await panel().getByRole('group', { name: 'Level' }).locator('label').allInnerTexts();
    expect(names.map((name) => name.trim())).toEqual(['Family', 'Standard']);
  });
});

describe('when nothing fits', () => {
  it('what was read out of the text may be what to drop', async () => {
    const { page } = session;
    await page.goto(`/?q=${encodeURIComponent('a movie from 1921 about robots')}`);
    const empty = page.getByTestId('empty');
    const drop = empty.getByRole('button', { name: /1921.*[\d,]+ titles?/ });
    const promised = Number(/([\d,]+) titles?/.exec(await drop.innerText())?.[1]?.replaceAll(',', ''));
    await drop.click();
    await settled(page);
    expect(params().getAll('off').length).toBe(1);
    expect(await total()).toBe(promised);
  });
});

describe('the address', () => {
  it('brings back all there is, and Back every step', async () => {
    const { page } = session;
    await show('/?q=school');
    const first = await cardTitles(page, 3);
    await panel().getByRole('toolbar', { name: 'Genres' }).getByRole('button', { name: /^Comedy/ }).click();
    await settled(page);
    await page.locator('#sort').selectOption('score');
    await settled(page);
    expect(page.url()).toContain('genre=Comedy');
    await page.goBack();
    await expect.poll(() => params().toString()).toBe('q=school&genre=Comedy');
    await page.goBack();
    await expect.poll(() => cardTitles(page, 3)).toEqual(first);
    await page.goForward();
    await expect.poll(() => panel().locator('button[data-mark=all]').count()).toBe(1);
  });

  it('brings back pages that were loaded on, without repeating a title', async () => {
    const { page } = session;
    await show('/?sort=score');
    for (let pages = 2; pages <= 6; pages += 1) {
      const before = await page.locator(card).count();
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await expect.poll(() => page.locator(card).count()).toBeGreaterThan(before);
    }
    const ids = () => page.locator(card).evaluateAll((all) => all.map((one) => one.getAttribute('data-id')));
    const before = await ids();
    expect(new Set(before).size).toBe(before.length);
    await page.reload();
    await expect.poll(async () => (await ids()).length).toBe(before.length);
    expect(await ids()).toEqual(before);
  });

  it('is the text, cut where the server would refuse it', async () => {
    await session.page.goto(`/?q=${'я'.repeat(3000)}`);
    await session.page.getByTestId('count').getByText(/title/).waitFor();
    expect(await session.page.getByTestId('error').count()).toBe(0);
  });
});
