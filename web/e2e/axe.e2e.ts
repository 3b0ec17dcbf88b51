import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { afterEach, describe, expect, it } from 'vitest';

import { kDesktop, kPhone, kRequest, open, type Session, settled } from './browser';

interface View {
  readonly name: string;
  readonly address: string;
  readonly ready: (session: Session) => Promise<void>;
}

const search = `/?q=${encodeURIComponent(kRequest)}`;

const views: readonly View[] = [
  { name: 'greeting', address: '/', ready: async ({ page }) => page.locator('h1').waitFor() },
  { name: 'results', address: `${search}&not_genre=Horror`, ready: ({ page }) => settled(page) },
  {
    name: 'turned card',
    address: search,
    ready: async ({ page }) => {
      await settled(page);
      await page.locator('[data-card]').first().click();
      await page.getByTestId('why').waitFor();
    },
  },
  {
    name: 'settings',
    address: search,
    ready: async ({ page }) => {
      await settled(page);
      await page.locator('header button').last().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'title',
    address: '/anime/mal:457',
    ready: async ({ page }) => {
      await page.locator('h1').waitFor();
      await page.locator('[data-testid=card]').first().waitFor();
    },
  },
  { name: 'list', address: '/list', ready: async ({ page }) => page.locator('h1').waitFor() },
  { name: 'nothing fits', address: '/?genre=Comedy&year=1900..1901', ready: async ({ page }) => page.getByTestId('empty').getByRole('button').first().waitFor() },
  { name: 'error', address: '/?q=x&type=nonsense', ready: async ({ page }) => page.getByTestId('error').waitFor() },
];

const drawer: View = {
  name: 'filter drawer',
  address: `${search}&genre=Mystery&not_theme=School`,
  ready: async ({ page }) => {
    await settled(page);
    await page.getByRole('button', { name: /Filters|Фильтры/ }).click();
    await page.getByRole('dialog').getByRole('slider').first().waitFor();
  },
};

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

async function check(session: Session, view: View): Promise<string[]> {
  const { page } = session;
  await page.goto(view.address);
  await view.ready(session);
  await page.waitForTimeout(400);
  // The page's policy keeps strange scripts out; the debugger's own door does not pass by it.
  await page.evaluate(await readFile(axePath, 'utf8'));
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    return (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations;
  });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${view.name}: ${id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
}

let session: Session;

afterEach(() => session.close());

describe.each(['light', 'dark'] as const)('axe, %s', (colorScheme) => {
  it('finds nothing at a desk', async () => {
    session = await open({ viewport: kDesktop, colorScheme });
    const found = [];
    for (const view of views) found.push(...(await check(session, view)));
    expect(found).toEqual([]);
  });

  it('finds nothing on a phone, in Russian', async () => {
    session = await open({ viewport: kPhone, colorScheme, locale: 'ru-RU' });
    const found = [];
    for (const view of [...views, drawer]) found.push(...(await check(session, view)));
    expect(found).toEqual([]);
  });
});
