import { afterEach, describe, expect, it } from 'vitest';

import { card, kDesktop, kNarrow, kPhone, kRequest, open, overflow, type Session, settled } from './browser';

let session: Session;

afterEach(async () => {
  const { faults } = session;
  await session.close();
  expect(faults).toEqual([]);
});

const search = `/?q=${encodeURIComponent(kRequest)}`;
const addresses = ['/', search, '/?genre=Comedy&year=1900..1901', '/anime/mal:457', '/list'];

/** Presses Tab until the focus is on what `wanted` describes; how often that was. */
async function tabsTo(wanted: string, most = 120): Promise<number> {
  for (let count = 1; count <= most; count += 1) {
    await session.page.keyboard.press('Tab');
    if (await session.page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) return count;
  }
  return Number.POSITIVE_INFINITY;
}

describe('the keyboard', () => {
  it('passes the filters in one step, and a group of chips is one stop', async () => {
    session = await open();
    const { page } = session;
    await page.goto(`${search}&not_genre=Horror`);
    await settled(page);
    await page.getByRole('complementary').getByRole('slider').first().waitFor();
    await page.locator('#search').focus();
    const toSkip = await tabsTo('aside a[href="#results"]');
    expect(toSkip).toBeLessThanOrEqual(14);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.matches('[data-card]'))).toBe(true);

    await page.locator('#search').focus();
    expect(await tabsTo('[data-card]')).toBeLessThanOrEqual(55);
    const stops = await page.evaluate(() => [...document.querySelectorAll('[role=toolbar]')].map((group) => group.querySelectorAll('[tabindex="0"]').length));
    expect(new Set(stops)).toEqual(new Set([1]));
  });

  it('moves within a group of chips by arrows, and the chip under it stays one', async () => {
    session = await open();
    const { page } = session;
    await page.goto('/?q=school');
    await settled(page);
    const genres = page.getByRole('toolbar', { name: 'Genres' });
    await genres.locator('[tabindex="0"]').focus();
    const name = () => page.evaluate(() => document.activeElement?.getAttribute('data-roving'));
    const first = await name();
    await page.keyboard.press('ArrowRight');
    const second = await name();
    expect(second).not.toBe(first);
    await page.keyboard.press('ArrowDown');
    expect(await name()).not.toBe(second);
    await page.keyboard.press('Home');
    expect(await name()).toBe(first);
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('genre')).toBe(first);
    await settled(page);
    expect(await name()).toBe(first);
    await page.keyboard.press('Space');
    await expect.poll(() => new URL(page.url()).searchParams.get('not_genre')).toBe(first);
  });

  it('never leads under the head or the bar', async () => {
    for (const viewport of [kDesktop, kPhone]) {
      session = await open({ viewport });
      const { page } = session;
      await page.goto(search);
      await settled(page);
      await page.locator('[data-card]').first().focus();
      for (let i = 0; i < 24; i += 1) {
        const covered = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          const box = element.getBoundingClientRect();
          if (element === document.body || box.height === 0) return '';
          const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          const own = at !== null && (element.contains(at) || at.contains(element) || element.closest('article') === at.closest('article'));
          return own ? '' : `${element.ariaLabel ?? element.innerText} under ${at?.className ?? 'nothing'}`;
        });
        expect(covered).toBe('');
        await page.keyboard.press('Tab');
      }
      if (viewport === kDesktop) await session.close();
    }
  });

  it('keeps its place when the card under it is marked away', async () => {
    session = await open();
    const { page } = session;
    await page.goto('/?q=ninja');
    await settled(page);
    const gone = page.locator(card).nth(1);
    const id = await gone.getAttribute('data-id');
    await gone.getByRole('button', { name: /^Not interested/ }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator(`[data-id="${id}"]`).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('article') !== null)).toBe(true);
  });
});

describe('a page zoomed in', () => {
  const zooms = [
    { name: '200 %', viewport: { width: kDesktop.width / 2, height: kDesktop.height / 2 }, deviceScaleFactor: 2 },
    { name: '400 %', viewport: { width: kDesktop.width / 4, height: kDesktop.height / 4 }, deviceScaleFactor: 4 },
    { name: '320 pixels', viewport: kNarrow, deviceScaleFactor: 1 },
  ];
  it.each(zooms)('to $name has nothing beside the window and room to read', async ({ viewport, deviceScaleFactor }) => {
    session = await open({ viewport, deviceScaleFactor });
    const { page } = session;
    for (const address of addresses) {
      await page.goto(address);
      await page.waitForLoadState('networkidle');
      expect(await overflow(page), address).toBe(0);
      // What stays fixed while one scrolls leaves most of the window to what one reads.
      const fixed = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('header, nav')]
          .filter((element) => /^(fixed|sticky)$/.test(getComputedStyle(element).position))
          .reduce((sum, element) => sum + element.getBoundingClientRect().height, 0),
      );
      expect(fixed, address).toBeLessThanOrEqual(viewport.height * 0.25);
    }
    await page.goto(search);
    await settled(page);
    await page.locator('[data-card]').first().click();
    await page.getByTestId('why').waitFor();
    expect(await overflow(page)).toBe(0);
    await page.getByRole('button', { name: /^(Filters|Hide the filters)/ }).click();
    expect(await overflow(page)).toBe(0);
  });

  it('with letters twice as large still fits a phone', async () => {
    session = await open({ viewport: kPhone });
    const { page } = session;
    for (const address of addresses) {
      await page.goto(address);
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
      expect(await overflow(page), address).toBe(0);
    }
  });
});

describe('motion', () => {
  it('is not there for those who asked for none', async () => {
    session = await open({ reducedMotion: 'reduce' });
    const { page } = session;
    await page.goto(search);
    await settled(page);
    await page.locator('[data-card]').first().click();
    await page.getByTestId('why').waitFor();
    const longest = () =>
      page.evaluate(() => Math.max(0, ...document.getAnimations().map((one) => Number(one.effect?.getComputedTiming().duration ?? 0))));
    expect(await longest()).toBeLessThanOrEqual(1);
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await longest()).toBeLessThanOrEqual(1);
  });

  it('turns a card for others', async () => {
    session = await open({ reducedMotion: 'no-preference' });
    const { page } = session;
    await page.goto(search);
    await settled(page);
    const turning = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener('animationstart', (event) => resolve(event.animationName), { once: true });
        }),
    );
    await page.locator('[data-card]').first().click();
    expect(await turning).toBe('turn');
  });
});

describe('without a pointer that hovers', () => {
  it('nothing waits for hovering: it changes colours only', async () => {
    session = await open({ viewport: kPhone, hasTouch: true, isMobile: true });
    const { page } = session;
    await page.goto(search);
    await settled(page);
    const changed = await page.evaluate(() => {
      const names = new Set<string>();
      const walk = (rules: CSSRuleList) => {
        for (const rule of rules) {
          if (rule instanceof CSSStyleRule && rule.selectorText.includes(':hover')) for (const name of rule.style) names.add(name);
          if ('cssRules' in rule) walk((rule as CSSGroupingRule).cssRules);
        }
      };
      for (const sheet of document.styleSheets) walk(sheet.cssRules);
      return [...names].filter((name) => !/color|shadow|^--tw|text-decoration/.test(name));
    });
    expect(changed).toEqual([]);
  });

  it('taps turn cards, mark them, open filters and settings', async () => {
    session = await open({ viewport: kPhone, hasTouch: true, isMobile: true });
    const { page } = session;
    await page.goto(search);
    await settled(page);
    await page.locator('[data-card]').first().tap();
    await page.getByTestId('why').waitFor();
    await page.getByRole('button', { name: /^Turn back/ }).tap();
    await page.locator(card).nth(1).getByRole('button', { name: /^Liked/ }).tap();
    await page.locator(card).nth(1).locator('button[aria-pressed=true]').waitFor();
    await page.getByRole('button', { name: 'Filters' }).tap();
    await page.getByRole('dialog').getByRole('button', { name: 'Close the filters' }).tap();
    await page.getByRole('navigation', { name: 'Everywhere' }).getByRole('button', { name: 'Settings' }).tap();
    await page.getByRole('dialog').getByRole('button', { name: 'Close the settings' }).tap();
    await page.getByRole('navigation', { name: 'Everywhere' }).getByRole('link', { name: 'My list' }).tap();
    await page.getByRole('heading', { level: 1, name: 'My list' }).waitFor();
    await page.getByRole('navigation', { name: 'Everywhere' }).getByRole('button', { name: 'Surprise me' }).tap();
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/anime\//);
  });
});
