import type { Route } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { card, cardTitles, kPhone, open, type Session, settled } from './browser';

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

  it('reads lists of other sites by what is in them', async () => {
    const { page } = session;
    await page.goto('/list');
    const shikimori = [{ target_id: 457, target_type: 'Anime', target_title: 'Mushishi', score: 10, status: 'completed' }];
    const aniList = { data: { MediaListCollection: { lists: [{ entries: [{ media: { id: 20, idMal: 20, title: { romaji: 'Naruto' } }, status: 'DROPPED', score: 3 }] }] } } };
    for (const [name, text] of [
      ['rates.json', JSON.stringify(shikimori)],
      ['anilist.json', JSON.stringify(aniList)],
      ['ids.txt', 'mal:1, 5114'],
    ] as const) {
      await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
      await page.getByRole('status').getByText(/titles? read/).waitFor();
    }
    const seen = page.getByRole('region', { name: /^Seen/ });
    await expect.poll(() => seen.getByRole('listitem').count()).toBe(4);
    // The highest score first, under the catalogue's own names.
    expect(await seen.getByRole('listitem').first().innerText()).toMatch(/mushi-?shi\s+10/i);
  });

  it('hides what was seen though it was liked, and shows it when told to', async () => {
    const { page } = session;
    await page.goto('/list');
    await page.locator('input[type=file]').setInputFiles({ name: 'list.xml', mimeType: 'text/xml', buffer: Buffer.from(malXml) });
    await page.getByText('3 titles read').waitFor();
    await page.goto('/?q=mushishi&sort=score');
    await settled(page);
    const titles = () => cardTitles(page, 50);
    expect((await titles()).filter((title) => /^mushi-?shi$/i.test(title))).toEqual([]);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('switch', { name: 'Hide what I have seen' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await titles()).filter((title) => /^mushi-?shi$/i.test(title)).length).toBe(1);
  });

  it('refuses what is no list', async () => {
    const { page } = session;
    await page.goto('/list');
    await page.locator('input[type=file]').setInputFiles({ name: 'cat.txt', mimeType: 'text/plain', buffer: Buffer.from('meow') });
    await page.getByRole('alert').getByText('cat.txt').waitFor();
  });
});

describe('a profile of the server', () => {
  const name = `e2e-${Date.now().toString(36)}`;

  const choose = async (who: Session, profile: string) => {
    await who.page.goto('/list');
    await who.page.getByText('The server', { exact: true }).click();
    await who.page.getByRole('textbox', { name: 'Name of the profile' }).fill(profile);
    await who.page.getByRole('button', { name: /^(Use it|Change)$/ }).click();
  };

  it('is one list for desk and phone', async () => {
    const { page } = session;
    await choose(session, name);
    await page.getByText(`“${name}” is in use.`).waitFor();
    await page.locator('input[type=file]').setInputFiles({ name: 'list.xml', mimeType: 'text/xml', buffer: Buffer.from(malXml) });
    await page.getByText(/titles read into/).waitFor();
    await page.getByRole('region', { name: /^Seen/ }).getByRole('link', { name: /mushi-?shi/i }).waitFor();

    const phone = await open({ viewport: kPhone, hasTouch: true });
    await choose(phone, name);
    await phone.page.getByRole('region', { name: /^Seen/ }).getByRole('link', { name: /mushi-?shi/i }).waitFor();
    await phone.page.goto('/?q=ninja');
    await settled(phone.page);
    const first = phone.page.locator(card).first();
    const id = (await first.getAttribute('data-id')) ?? '';
    const title = (await cardTitles(phone.page, 1))[0] ?? '';
    await first.getByRole('button', { name: /^Not interested/ }).tap();
    await expect.poll(() => phone.page.locator(`[data-id="${id}"]`).count()).toBe(0);
    expect(phone.faults).toEqual([]);
    await phone.close();

    await page.reload();
    await page.getByRole('region', { name: /^Not interested/ }).getByRole('link', { name: title, exact: true }).waitFor();
    await page.goto('/?q=ninja');
    await settled(page);
    expect(await page.locator(`[data-id="${id}"]`).count()).toBe(0);
    await page.goto('/?mine=1');
    await settled(page);
    expect((await cardTitles(page, 24)).filter((one) => /^(mushi-?shi|naruto)$/i.test(one))).toEqual([]);
    await page.locator('[data-card]').first().click();
    expect(await page.getByTestId('why').innerText()).toMatch(/Close to/);

    await page.goto('/list');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export for MyAnimeList' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.xml$/);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Nothing here yet.').waitFor();
    await page.getByText('This browser', { exact: true }).click();
    expect(await page.evaluate(() => localStorage.getItem('anireco.profile'))).toBeNull();
  });

  it('takes back what was pressed last, seen beside liked', async () => {
    const { page } = session;
    await choose(session, `${name}-marks`);
    await page.getByText('is in use.').waitFor();
    await page.goto('/anime/mal:457');
    const marks = page.getByRole('group', { name: 'My list' }).first();
    const pressed = async () => (await marks.locator('[aria-pressed=true]').allInnerTexts()).map((text) => text.trim());
    await marks.getByRole('button', { name: 'Liked' }).click();
    await marks.getByRole('button', { name: 'Seen' }).click();
    await expect.poll(pressed).toEqual(['Liked', 'Seen']);
    await page.waitForLoadState('networkidle');
    await page.reload();
    await expect.poll(pressed).toEqual(['Liked', 'Seen']);
    await marks.getByRole('button', { name: 'Seen' }).click();
    await page.waitForLoadState('networkidle');
    await page.reload();
    await expect.poll(pressed).toEqual(['Liked']);
    await marks.getByRole('button', { name: 'Liked' }).click();
    await page.waitForLoadState('networkidle');
    await page.goto('/list');
    await page.getByText('Nothing here yet.').waitFor();
  });

  it('has a name of letters, digits, hyphens and underscores', async () => {
    await choose(session, '../etc');
    await session.page.getByRole('alert').getByText('A name has').waitFor();
  });

  it('that the server does not keep is said to be so, and the list stays here', async () => {
    const { page } = session;
    await page.route('**/api/v1/profiles/**', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'off' }) }),
    );
    await choose(session, 'anyone');
    await page.getByRole('alert').getByText('This server keeps no profiles.').waitFor();
    await page.goto('/?q=ninja');
    await settled(page);
    await page.locator(card).first().getByRole('button', { name: /^Liked/ }).click();
    await page.goto('/list');
    await page.getByRole('region', { name: /^Liked/ }).getByRole('link').first().waitFor();
  });

  it('that refuses a word gives the old one back, and says so', async () => {
    const { page } = session;
    await choose(session, `${name}-away`);
    await page.getByText('is in use.').waitFor();
    await page.goto('/?q=ninja');
    await settled(page);
    await session.context.setOffline(true);
    const liked = page.locator(card).first().getByRole('button', { name: /^Liked/ });
    await liked.click();
    await page.getByTestId('undo').getByText(/was not kept/).waitFor();
    expect(await liked.getAttribute('aria-pressed')).toBe('false');
    await session.context.setOffline(false);
  });
});

describe('a public name', () => {
  const answer = (status: number, body: unknown) => (route: Route) =>
    route.fulfill({ status, contentType: status < 300 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });

  const ask = async () => {
    const { page } = session;
    await page.goto('/list');
    await page.getByRole('combobox', { name: 'Site' }).selectOption('shikimori');
    await page.getByRole('textbox', { name: 'A public user name' }).fill('ginko');
    await page.getByRole('button', { name: 'Fetch' }).click();
  };

  it('brings the list it stands for', async () => {
    const { page } = session;
    let sent: unknown;
    await page.route('**/api/v1/lists/fetch', async (route) => {
      sent = route.request().postDataJSON();
      await answer(200, { entries: [{ ids: { mal: 457 }, title: 'Mushishi', status: 'completed', score: 9, mark: 'none' }], unknown: 0, skipped: 0, generation: 1 })(route);
    });
    await ask();
    await page.getByRole('region', { name: /^Seen/ }).getByRole('link', { name: /mushi-?shi/i }).waitFor();
    expect(sent).toEqual({ site: 'shikimori', user: 'ginko' });
  });

  it('that nobody has, or a server that does not ask, is told apart', async () => {
    const { page } = session;
    await page.route('**/api/v1/lists/fetch', answer(404, { type: 'about:blank', title: 'Not Found', status: 404, detail: 'Shikimori knows no user ginko' }));
    await ask();
    await page.getByRole('alert').getByText('Shikimori knows no user ginko').waitFor();
    await page.unroute('**/api/v1/lists/fetch');
    await page.route('**/api/v1/lists/fetch', answer(403, { type: 'about:blank', title: 'Forbidden', status: 403, detail: 'off' }));
    await ask();
    await page.getByRole('alert').getByText('This server does not fetch lists').waitFor();
  });
});
