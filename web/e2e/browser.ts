import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

export const kRequest = 'a quiet show about a travelling doctor of spirits';

const kFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name but the server's own leads anywhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Address of the server under test, without a slash at its end. */
export function baseUrl(): string {
  const url = process.env['ANIRECO_BASE_URL'];
  if (!url) throw new Error('Set ANIRECO_BASE_URL to the address of a running server, such as http://127.0.0.1:8080.');
  return url.replace(/\/+$/, '');
}

export const kDesktop = { width: 1280, height: 860 };
export const kPhone = { width: 360, height: 780 };
export const kNarrow = { width: 320, height: 640 };

export interface Session {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page should not have done: thrown, broken its policy, or called a stranger. */
  readonly faults: string[];
  close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;

function launched(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: process.env['ANIRECO_CHROMIUM'] ?? '/usr/bin/chromium', args: kFlags });
  return browser;
}

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

export interface OpenOptions extends BrowserContextOptions {
  /** For measuring: requests are not looked at on their way, which takes longer than answering them. */
  unwatched?: boolean;
}

/** A profile of its own, with nothing in it. Posters of other hosts never leave the machine. */
export async function open({ unwatched = false, ...options }: OpenOptions = {}): Promise<Session> {
  const context = await (
    await launched()
  ).newContext({
    viewport: kDesktop,
    locale: 'en-US',
    reducedMotion: 'reduce',
    baseURL: baseUrl(),
    ...options,
  });
  context.setDefaultTimeout(12_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const own = new URL(baseUrl()).origin;
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Content-Security-Policy/i.test(message.text())) faults.push(message.text());
  });
  if (!unwatched) await context.route(
    (url) => url.origin !== own && url.protocol.startsWith('http'),
    async (route) => {
      if (route.request().resourceType() !== 'image') faults.push(`stranger called: ${route.request().url()}`);
      await route.abort();
    },
  );
  return {
    page,
    context,
    faults,
    close: () => context.close(),
  };
}

export const kKey = 'the-key-that-is-known';

/** Keys that came, in order; null: none. */
export type KeysSent = (string | null)[];

/** From here on the server answers only who sends `kKey`, as one does that is run with keys. */
export async function wantKey(context: BrowserContext): Promise<KeysSent> {
  const sent: KeysSent = [];
  await context.route(
    (url) => /^\/(api|posters)\//.test(url.pathname),
    async (route) => {
      const key = (await route.request().headerValue('X-API-Key')) ?? null;
      sent.push(key);
      if (key === kKey) return route.fallback();
      const challenge = key === null ? '' : ', error="invalid_token"';
      return route.fulfill({
        status: 401,
        headers: { 'Content-Type': 'application/problem+json', 'WWW-Authenticate': `Bearer realm="anireco"${challenge}` },
        body: JSON.stringify({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'an API key', request_id: 'r1' }),
      });
    },
  );
  return sent;
}

export const card = '[data-testid=card]';

/** The results have come: cards are there and none is waited for. */
export async function settled(page: Page): Promise<void> {
  await page.locator(card).first().waitFor();
  await page.waitForFunction(() => {
    const text = document.querySelector('[data-testid=count]')?.textContent ?? '';
    return /\d/.test(text);
  });
}

export async function cardTitles(page: Page, count: number): Promise<string[]> {
  return (await page.locator(`${card} h3`).allInnerTexts()).slice(0, count);
}

export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
