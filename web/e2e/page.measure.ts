/**
 * Prints how the page feels on a running server: from the last letter typed to its answer shown,
 * and the frames of scrolling through many cards on a processor slowed down four times.
 * Speed is printed, never asserted.
 */
import type { Page } from 'playwright-core';
import { it } from 'vitest';

import { baseUrl, card, kDesktop, kPhone, open, settled } from './browser';

const kTexts = ['school girls in space', 'ninja village', 'a detective and a murder', 'cooking contest', 'music band', 'giant robots'];
const kCards = 500;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds from a text standing in the box to its answer shown, measured inside the page, so that the debugger's own pace does not count. */
function answerTime(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const area = document.querySelector('textarea');
        const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
        set?.call(area, wanted);
        const answered = new Set<string>();
        const original = window.fetch;
        window.fetch = async (...args) => {
          const response = await original(...args);
          if (String(args[0]).includes('/api/v1/search')) answered.add('yes');
          return response;
        };
        const start = performance.now();
        area?.dispatchEvent(new Event('input', { bubbles: true }));
        const look = () => {
          const text = document.querySelector('[data-testid=count]')?.textContent ?? '';
          if (answered.size > 0 && /\d/.test(text)) {
            window.fetch = original;
            resolve(performance.now() - start);
          } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    text,
  );
}

function tell(what: string, times: readonly number[]): void {
  console.log(`${what}, ms: ${times.map((time) => time.toFixed(0)).join(' ')} (median ${percentile(times, 0.5).toFixed(0)})`);
}

async function typing(): Promise<void> {
  const session = await open({ viewport: kDesktop, unwatched: true });
  const { page } = session;
  await page.goto('/?q=warm');
  await settled(page);
  const times: number[] = [];
  for (const text of kTexts) {
    // All but the last letter are there and answered: this is the last one.
    await page.locator('#search').fill(text.slice(0, -1));
    await page.waitForTimeout(800);
    times.push(await answerTime(page, text));
  }
  tell('typing ended → answer shown', times);
  const first: number[] = [];
  for (const text of kTexts) {
    await page.goto('/');
    await page.locator('h1').waitFor();
    await page.waitForTimeout(800);
    first.push(await answerTime(page, text));
  }
  tell('text put into the empty box → answer shown', first);
  await session.close();
}

async function scrolling(): Promise<void> {
  const session = await open({ viewport: kPhone, reducedMotion: 'no-preference', unwatched: true });
  const { page, context } = session;
  await page.goto(`/?sort=popularity&pages=${Math.ceil(kCards / 24)}`);
  await page.waitForFunction((count) => document.querySelectorAll('[data-testid=card]').length >= count, kCards, { timeout: 60_000 });
  const count = await page.locator(card).count();
  await page.evaluate(() => window.scrollTo(0, 0));
  const debuggerSession = await context.newCDPSession(page);
  await debuggerSession.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const frames = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let last = performance.now();
        const end = last + 6000;
        const step = (now: number) => {
          times.push(now - last);
          last = now;
          window.scrollBy(0, 60);
          if (now < end) requestAnimationFrame(step);
          else resolve(times.slice(1));
        };
        requestAnimationFrame(step);
      }),
  );
  console.log(
    `scrolling ${count} cards, 4 × slower processor, ms a frame: p50 ${percentile(frames, 0.5).toFixed(1)}, p95 ${percentile(frames, 0.95).toFixed(1)}, worst ${Math.max(...frames).toFixed(1)}`,
  );
  await session.close();
}

it('prints its figures', async () => {
  console.log(`page at ${baseUrl()}`);
  await typing();
  await scrolling();
}, 300_000);
