import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { card, kRequest, open, type Session, settled } from './browser';

let session: Session;

beforeEach(async () => {
  session = await open();
});

afterEach(async () => {
  const { faults } = session;
  await session.close();
  expect(faults).toEqual([]);
});

describe('when something is wrong', () => {
  it('a server that is gone is told, and a retry finds it again', async () => {
    const { page, context } = session;
    await page.goto('/');
    await page.locator('h1').waitFor();
    await context.setOffline(true);
    await page.locator('#search').fill(kRequest);
    await page.getByTestId('error').getByText('The server does not answer').waitFor();
    expect(await page.locator('#search').inputValue()).toBe(kRequest);
    await context.setOffline(false);
    await page.getByTestId('error').getByRole('button', { name: 'Try again' }).click();
    await settled(page);
    expect(await page.getByTestId('error').count()).toBe(0);
  });

  it('a refusal names the field', async () => {
    const { page } = session;
    await page.goto('/?q=school&type=nonsense');
    const text = await page.getByTestId('error').innerText();
    expect(text).toMatch(/type/i);
  });

  it('overload says when to come back', async () => {
    const { page } = session;
    await page.route('**/api/v1/search', (route) =>
      route.fulfill({
        status: 503,
        headers: { 'Retry-After': '3', 'Content-Type': 'application/problem+json' },
        body: JSON.stringify({ type: 'about:blank', title: 'Busy', status: 503, detail: 'Overloaded', request_id: 'r1' }),
      }),
    );
    await page.goto('/?q=school');
    const text = await page.getByTestId('error').innerText();
    expect(text).toMatch(/3 seconds/);
    expect(text).toMatch(/r1/);
  });

  it('a search by words only says so', async () => {
    const { page } = session;
    await page.route('**/api/v1/search', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), degraded: 'encoder_starting' } });
    });
    await page.goto('/?q=school');
    await settled(page);
    expect(await page.getByTestId('degraded').innerText()).toMatch(/only words/);
  });

  it('while an answer is awaited, cards are drawn empty', async () => {
    const { page } = session;
    await page.route('**/api/v1/search', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.continue();
    });
    await page.goto('/?q=school');
    await page.getByText('Searching…').waitFor();
    expect(await page.locator('.animate-shimmer').count()).toBeGreaterThan(5);
    await settled(page);
    expect(await page.locator('#results .animate-shimmer').count()).toBe(0);
  });

  it('filters that leave nothing say which of them to drop', async () => {
    const { page } = session;
    await page.goto('/?q=school&genre=Sports&genre=Horror&year=1900..1901');
    const empty = page.getByTestId('empty');
    await empty.getByText('Nothing fits').waitFor();
    await empty.getByRole('button', { name: 'Drop all filters' }).click();
    await settled(page);
  });

  it('one filter too many can be dropped by itself', async () => {
    const { page } = session;
    await page.goto('/?genre=Comedy&year=1900..1901');
    const drop = page.getByTestId('empty').getByRole('button', { name: /1900–1901: [\d,]+ title/ });
    await drop.click();
    await page.locator(card).first().waitFor();
    expect(new URL(page.url()).search).toBe('?genre=Comedy');
  });

  it('a title that is not there has a page that says so', async () => {
    const { page } = session;
    await page.goto('/anime/mal:999999999');
    await page.getByRole('heading', { name: 'There is no such title' }).waitFor();
  });
});

describe('posters', () => {
  it('that do not come leave a drawn one, with its title', async () => {
    const { page } = session;
    await page.goto(`/?q=${encodeURIComponent(kRequest)}`);
    await settled(page);
    const first = page.locator(card).first();
    await first.locator('svg[viewBox="0 0 200 300"]').waitFor();
    const box = await first.locator('.aspect-2\\/3').boundingBox();
    expect(box && box.height / box.width).toBeCloseTo(1.5, 1);
  });

  it('that are switched off are not asked for', async () => {
    const { page } = session;
    await page.goto('/');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('switch', { name: 'Show posters' }).click();
    await page.keyboard.press('Escape');
    let asked = 0;
    page.on('request', (request) => {
      if (request.resourceType() === 'image' && !request.url().startsWith(new URL(page.url()).origin)) asked += 1;
    });
    await page.goto(`/?q=${encodeURIComponent(kRequest)}`);
    await settled(page);
    await page.mouse.wheel(0, 3000);
    await page.waitForTimeout(300);
    expect(asked).toBe(0);
  });

  it('that come are shown, with a text for those who do not see them', async () => {
    const { page, context } = session;
    const pixel = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await context.route(
      (url) => url.origin !== new URL(process.env['ANIRECO_BASE_URL'] ?? '').origin,
      (route) => route.fulfill({ contentType: 'image/png', body: pixel }),
    );
    await page.goto(`/?q=${encodeURIComponent(kRequest)}`);
    await settled(page);
    await page.locator(card).first().getByRole('img', { name: /Poster of .*mushi/i }).waitFor();
  });
});

describe('the policy', () => {
  it('may forbid inline styles as well: nothing breaks', async () => {
    const { page } = session;
    await page.route(
      (url) => url.pathname === '/' || url.pathname.startsWith('/anime/'),
      async (route) => {
        const response = await route.fetch();
        const policy = response.headers()['content-security-policy'] ?? '';
        expect(policy).toContain("script-src 'self'");
        expect(policy).not.toMatch(/script-src[^;]*unsafe/);
        await route.fulfill({
          response,
          headers: { ...response.headers(), 'content-security-policy': policy.replace(/style-src [^;]*/, "style-src 'self'") },
        });
      },
    );
    await page.goto(`/?q=${encodeURIComponent(kRequest)}&genre=Mystery`);
    await settled(page);
    await page.locator('[data-card]').first().click();
    await page.getByRole('complementary').getByRole('slider').first().waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.goto('/anime/mal:457');
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
});
