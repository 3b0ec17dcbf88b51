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

const malXml = `<?xml version="1.0" encoding="UTF-8" ?>
<myanimelist>
  <anime><series_animedb_id>457</series_animedb_id><series_title><![CDATA[Mushishi]]></series_title><my_score>10</my_score><my_status>Completed</my_status></anime>
  <anime><series_animedb_id>20</series_animedb_id><series_title><![CDATA[Naruto]]></series_title><my_score>2</my_score><my_status>Dropped</my_status></anime>
  <anime><series_animedb_id>999999999</series_animedb_id><series_title><![CDATA[Q & A]]></series_title><my_score>0</my_score><my_status>Completed</my_status></anime>
</myanimelist>`;

describe('my list', () => {
  it('takes what a card is marked as, hides it, and gives it back', async () => {
    const { page } = session;
    await page.goto('/?q=ninja');
    await settled(page);
    const [title] = await cardTitles(page, 1);
    const first = page.locator(card).first();
    const id = await first.getAttribute('data-id');
    await first.locator('[data-card]').click();
    await first.getByRole('button', { name: 'Not interested' }).click();
    await expect.poll(() => page.locator(`[data-id="${id}"]`).count()).toBe(0);
    await page.goto('/list');
    await page.getByRole('link', { name: title ?? '', exact: true }).waitFor();
    await page.getByRole('button', { name: `Remove ${title}` }).click();
    await page.goto('/?q=ninja');
    await settled(page);
    expect(await page.locator(`[data-id="${id}"]`).count()).toBe(1);
  });

  it('reads a file from elsewhere, and recommends from it', async () => {
    const { page } = session;
    await page.goto('/list');
    await page.locator('input[type=file]').setInputFiles({ name: 'list.xml', mimeType: 'text/xml', buffer: Buffer.from(malXml) });
    await page.getByText('3 titles read').waitFor();
    expect(await page.getByRole('main').innerText()).toContain('Q & A');
    await page.getByRole('link', { name: 'Recommend from my list' }).click();
    await settled(page);
    const titles = (await cardTitles(page, 24)).join('\n');
    expect(titles).not.toMatch(/^(mushi-?shi|naruto)$/im);
    await page.goto('/list');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    expect((await download).suggestedFilename()).toBe('anireco-list.json');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Nothing here yet.').waitFor();
  });

  it('refuses what is no list', async () => {
    const { page } = session;
    await page.goto('/list');
    await page.locator('input[type=file]').setInputFiles({ name: 'cat.txt', mimeType: 'text/plain', buffer: Buffer.from('meow') });
    await page.getByRole('alert').getByText('cat.txt').waitFor();
  });
});
