import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { card, cardTitles, kNarrow, kPhone, kRequest, open, overflow, type Session, settled } from './browser';

let session: Session;

afterEach(async () => {
  const { faults } = session;
  await session.close();
  expect(faults).toEqual([]);
});

const box = () => session.page.locator('#search');

describe('at a desk', () => {
  beforeEach(async () => {
    session = await open();
  });

  it('a description leads to its title, and the card says why', async () => {
    const { page } = session;
    await page.goto('/');
    await page.locator('h1').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(kRequest, { delay: 15 });
    await settled(page);
    expect((await cardTitles(page, 1))[0]).toMatch(/mushi-?shi/i);
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(kRequest);

    const first = page.locator(card).first();
    await first.locator('[data-card]').click();
    await first.getByTestId('why').waitFor();
    expect((await first.getByTestId('why').innerText()).length).toBeGreaterThan(30);
    expect(await first.getByRole('link', { name: /MyAnimeList/ }).getAttribute('href')).toBe('https://myanimelist.net/anime/457');
    await page.keyboard.press('Escape');
    await first.locator('[data-card][aria-expanded=false]').waitFor();
  });

  it('an example request is one press away, and Back returns to the greeting', async () => {
    const { page } = session;
    await page.goto('/');
    await page.getByRole('button', { name: kRequest }).click();
    await settled(page);
    expect(await box().inputValue()).toBe(kRequest);
    await page.goBack();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(await box().inputValue()).toBe('');
    await page.goForward();
    await settled(page);
  });

  it('the address brings the whole search back', async () => {
    const { page } = session;
    await page.goto('/?q=friends&genre=Comedy&not_genre=Horror&type=tv&year=2000..2020&sort=year');
    await settled(page);
    const before = await cardTitles(page, 5);
    const chips = await page.getByTestId('active-filters').locator('li').allInnerTexts();
    expect(chips.length).toBe(5);
    await page.reload();
    await settled(page);
    expect(await cardTitles(page, 5)).toEqual(before);
    expect(await page.locator('#sort').inputValue()).toBe('year');
  });

  it('what was understood is a chip that can be taken away', async () => {
    const { page } = session;
    await page.goto('/?q=' + encodeURIComponent('a movie from the 2000s about spirits, no romance'));
    await settled(page);
    const chips = page.getByTestId('understood').locator('button[data-off=false]');
    const before = await chips.count();
    expect(before).toBeGreaterThanOrEqual(2);
    await chips.first().click();
    await expect.poll(() => new URL(page.url()).searchParams.getAll('off').length).toBe(1);
    await settled(page);
    await expect.poll(() => chips.count()).toBe(before - 1);
    // It stays in sight, struck out, and comes back at a press.
    await page.getByTestId('understood').getByRole('button', { name: /^Take/ }).click();
    await expect.poll(() => chips.count()).toBe(before);
    expect(new URL(page.url()).searchParams.getAll('off')).toEqual([]);
  });

  it('a genre is asked for, then kept out, then left alone', async () => {
    const { page } = session;
    await page.goto('/?q=school');
    await settled(page);
    const chip = page.getByRole('complementary').locator('button[data-mark]', { hasText: 'Comedy' }).first();
    await chip.click();
    await expect.poll(() => new URL(page.url()).search).toContain('genre=Comedy');
    await settled(page);
    expect(await chip.getAttribute('data-mark')).toBe('all');
    await chip.click();
    await expect.poll(() => new URL(page.url()).search).toContain('not_genre=Comedy');
    await chip.click();
    await expect.poll(() => new URL(page.url()).search).toBe('?q=school');
  });

  it('a year can be typed', async () => {
    const { page } = session;
    await page.goto('/?q=school');
    await settled(page);
    await page.getByRole('textbox', { name: 'Year, at least' }).fill('2010');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('year')).toBe('2010..');
    await settled(page);
  });

  it('more comes on request, and Back finds the place again', async () => {
    const { page } = session;
    await page.goto('/?sort=score');
    await page.locator('[data-card]').first().waitFor();
    const before = await page.locator(card).count();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await expect.poll(() => page.locator(card).count()).toBeGreaterThan(before);
    const ids = await page.locator(card).evaluateAll((all) => all.map((one) => one.getAttribute('data-id')));
    expect(new Set(ids).size).toBe(ids.length);

    const far = page.locator(card).nth(before + 1);
    await far.scrollIntoViewIfNeeded();
    await far.locator('[data-card]').click();
    await page.waitForTimeout(300);
    const top = await page.evaluate(() => window.scrollY);
    await far.getByRole('link', { name: 'All about it' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.goBack();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(top - 600);
  });

  it('titles that the text spells are offered, and a title has a page of its own', async () => {
    const { page } = session;
    await page.goto('/');
    await box().fill('mushi');
    const link = page.getByTestId('suggestions').getByRole('link').first();
    await link.click();
    await page.getByRole('heading', { level: 1, name: /mushi-?shi/i }).waitFor();
    expect(await page.title()).toMatch(/mushi-?shi/i);
    await page.getByRole('heading', { name: 'Close to it' }).waitFor();
    await expect.poll(() => page.locator(card).count()).toBeGreaterThan(3);
    expect(await page.locator('body').innerText()).not.toContain('undefined');
  });

  it('more like this searches from the card', async () => {
    const { page } = session;
    await page.goto('/?q=mushishi');
    await settled(page);
    await page.locator('[data-card]').first().click();
    await page.getByRole('button', { name: 'More like this' }).click();
    await page.getByTestId('active-filters').getByRole('button', { name: /like .*mushi/i }).waitFor();
    await settled(page);
    expect((await cardTitles(page, 5)).join()).not.toMatch(/^mushi-?shi$/i);
  });

  it('a surprise is a title within the filters', async () => {
    const { page } = session;
    await page.goto('/?type=movie');
    await settled(page);
    await page.getByRole('button', { name: 'Surprise me' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/anime\//);
    expect(await page.locator('dl').innerText()).toMatch(/Type\s+Movie/);
  });

  it('the last letters typed are the ones answered', async () => {
    const { page } = session;
    // Earlier questions answer later than the last one.
    let held = 0;
    await page.route('**/api/v1/search', async (route) => {
      const last = route.request().postData()?.includes('"notebook"');
      if (!last) {
        held += 1;
        await new Promise((resolve) => setTimeout(resolve, 700));
      }
      await route.continue().catch(() => undefined);
    });
    await page.goto('/');
    for (const text of ['volleyball', 'pirates', 'notebook']) {
      await box().fill(text);
      await page.waitForTimeout(120);
    }
    await settled(page);
    await page.waitForTimeout(900);
    expect(held).toBeGreaterThan(0);
    expect((await cardTitles(page, 3)).join()).toMatch(/death note/i);
  });
});

describe('in Russian', () => {
  it('a Russian request finds its title under its Russian name', async () => {
    session = await open({ locale: 'ru-RU' });
    const { page } = session;
    await page.goto('/');
    await box().fill('тихая история о странствующем лекаре, который имеет дело с духами');
    await page.keyboard.press('Enter');
    await settled(page);
    expect((await cardTitles(page, 3)).join()).toMatch(/муси|муши|mushi/i);
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.getByTestId('count').innerText()).toMatch(/совпадени/i);
  });

  it('the language can be changed, and stays', async () => {
    session = await open();
    const { page } = session;
    await page.goto('/');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByText('Русский').click();
    await page.getByRole('heading', { name: 'Настройки' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: /Опишите/ }).waitFor();
  });
});

describe('on a phone', () => {
  it('everything fits at 320 pixels', async () => {
    session = await open({ viewport: kNarrow, hasTouch: true });
    const { page } = session;
    for (const address of ['/', `/?q=${encodeURIComponent(kRequest)}`, '/anime/mal:457']) {
      await page.goto(address);
      await page.waitForLoadState('networkidle');
      expect(await overflow(page), address).toBe(0);
    }
    await page.goto(`/?q=${encodeURIComponent(kRequest)}`);
    await settled(page);
    await page.locator('[data-card]').first().tap();
    await page.getByTestId('why').waitFor();
    expect(await overflow(page)).toBe(0);
  });

  it('filters open as a drawer and say how much they leave', async () => {
    session = await open({ viewport: kPhone, hasTouch: true });
    const { page } = session;
    await page.goto('/?q=school');
    await settled(page);
    await page.getByRole('button', { name: 'Filters' }).tap();
    const drawer = page.getByRole('dialog');
    await drawer.locator('button[data-mark]', { hasText: 'Comedy' }).first().tap();
    await drawer.getByRole('button', { name: /^Show [\d,]+ title/ }).tap();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.getByTestId('active-filters').getByRole('button', { name: /Comedy/ }).waitFor();
    expect(await overflow(page)).toBe(0);
  });
});

describe('by keyboard alone', () => {
  it('one types, goes down to the cards, along them, turns one and returns', async () => {
    session = await open();
    const { page } = session;
    await page.goto('/');
    await page.locator('h1').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('giant robots in space');
    await page.keyboard.press('Enter');
    await settled(page);
    await page.waitForTimeout(300);
    const focused = () => page.evaluate(() => document.activeElement?.closest('article')?.getAttribute('data-id') ?? null);
    await page.keyboard.press('ArrowDown');
    const first = await focused();
    expect(first).not.toBeNull();
    await page.keyboard.press('ArrowRight');
    const second = await focused();
    expect(second).not.toBe(first);
    await page.keyboard.press('Enter');
    await page.locator(`[data-id="${second}"]`).getByTestId('why').waitFor();
    expect(await focused()).toBe(second);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe(second);
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
  });

  it('every stop of Tab on the greeting can be seen', async () => {
    session = await open();
    const { page } = session;
    await page.goto('/');
    await page.locator('h1').waitFor();
    const seen = new Set<string>();
    for (let i = 0; i < 14; i += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const frame = element.closest('form');
        const marked = style.outlineStyle !== 'none' || (frame !== null && getComputedStyle(frame).boxShadow !== 'none');
        return { name: element === document.body ? undefined : (element.ariaLabel ?? element.innerText), marked, visible: box.width > 0 && box.bottom > 0 };
      });
      if (stop.name === undefined) continue;
      seen.add(stop.name);
      expect(stop.marked, stop.name).toBe(true);
      expect(stop.visible, stop.name).toBe(true);
    }
    expect(seen.size).toBeGreaterThan(8);
  });
});
