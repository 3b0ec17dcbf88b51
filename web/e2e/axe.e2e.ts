import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { afterEach, describe, expect, it } from 'vitest';

import { kDesktop, kPhone, kRequest, open, type Session, settled, wantKey } from './browser';

interface View {
  readonly name: string;
  readonly address: string;
  readonly before?: (session: Session) => Promise<unknown>;
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
      await page.getByRole('button', { name: /^(How the score|Как сложилась)/ }).click();
      await page.getByTestId('score-tree').getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'card marked away',
    address: search,
    ready: async ({ page }) => {
      await settled(page);
      await page.locator('[data-testid=card] [aria-pressed]').nth(1).click();
      await page.getByTestId('undo').waitFor();
    },
  },
  {
    name: 'settings',
    address: search,
    ready: async ({ page }) => {
      await settled(page);
      await page.getByRole('button', { name: /^(Settings|Настройки)$/ }).click();
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
  {
    name: 'list',
    address: '/list',
    ready: async ({ page }) => {
      await page.locator('h1').waitFor();
      await page.locator('input[type=file]').setInputFiles({ name: 'ids.txt', mimeType: 'text/plain', buffer: Buffer.from('mal:457 mal:1 mal:20') });
      await page.getByRole('listitem').nth(2).waitFor();
      await page.locator('input[type=radio]').last().check({ force: true });
      await page.getByRole('textbox', { name: /^(Name of the profile|Имя профиля)/ }).fill('a b');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'nothing fits', address: '/?genre=Comedy&year=1900..1901', ready: async ({ page }) => page.getByTestId('empty').getByRole('button').first().waitFor() },
  { name: 'error', address: '/?q=x&type=nonsense', ready: async ({ page }) => page.getByTestId('error').waitFor() },
  {
    name: 'key',
    address: search,
    before: ({ context }) => wantKey(context),
    ready: async ({ page }) => {
      await page.getByTestId('key').locator('input').fill('not-the-key-that-is-known');
      await page.keyboard.press('Enter');
      await page.getByTestId('key').getByText(/does not know|не знает/).waitFor();
    },
  },
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
  await view.before?.(session);
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

const places = [
  { place: 'at a desk', options: { viewport: kDesktop }, shown: views },
  { place: 'on a phone, in Russian', options: { viewport: kPhone, locale: 'ru-RU' }, shown: [...views, drawer] },
];

describe.each(['light', 'dark'] as const)('axe, %s', (colorScheme) => {
  describe.each(places)('$place', ({ options, shown }) => {
    it.each(shown)('finds nothing in: $name', async (view) => {
      session = await open({ ...options, colorScheme });
      expect(await check(session, view)).toEqual([]);
    });
  });
});
