import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { isKey, keyFields, keyRefusal } from './api-key';

const kKey = 'a-key-of-20-characters';
const kMissing = 'Bearer realm="anireco"';
const kUnknown = `${kMissing}, error="invalid_token"`;

const refusal = (challenge: string) =>
  new Response(JSON.stringify({ status: 401, title: 'Unauthorized', detail: 'no' }), { status: 401, headers: { 'WWW-Authenticate': challenge } });

describe('a key', () => {
  it('is what a header field can carry and the server takes', () => {
    for (const good of [kKey, '!~', 'x'.repeat(200)]) expect(isKey(good), good).toBe(true);
    for (const bad of ['', 'two words', 'ключ', 'line\n', 'x'.repeat(201)]) expect(isKey(bad), bad).toBe(false);
  });

  it('goes to the own server and nobody else', () => {
    expect(keyFields('/api/v1/search', kKey)).toEqual({ 'X-API-Key': kKey });
    for (const other of ['//example.org/api/v1/search', 'https://example.org/api', '/\\example.org/']) expect(keyFields(other, kKey), other).toEqual({});
    for (const none of ['', 'no key']) expect(keyFields('/api/v1/search', none), none).toEqual({});
  });

  it('is wanted by a 401 of the server, not by one of a proxy', () => {
    expect(keyRefusal(refusal(kMissing))).toBe('missing');
    expect(keyRefusal(refusal(kUnknown))).toBe('unknown');
    expect(keyRefusal(refusal('Basic realm="proxy"'))).toBeNull();
    expect(keyRefusal(refusal('Bearer realm="proxy"'))).toBeNull();
    expect(keyRefusal(new Response(null, { status: 401 }))).toBeNull();
    expect(keyRefusal(new Response('{}', { headers: { 'WWW-Authenticate': kMissing } }))).toBeNull();
  });
});

/** As on a page that was just opened. */
async function fresh() {
  vi.resetModules();
  return { api: await import('./api'), key: await import('./api-key') };
}

describe('a server that wants a key', () => {
  /** Keys that came, in order; null: none. */
  let sent: (string | null)[];
  let urls: string[];
  let required: boolean;
  let modules: Awaited<ReturnType<typeof fresh>>;

  beforeEach(async () => {
    localStorage.clear();
    modules = await fresh();
    [sent, urls, required] = [[], [], true];
    vi.stubGlobal('fetch', async (path: string, { headers, signal }: RequestInit) => {
      signal?.throwIfAborted();
      const key = new Headers(headers).get('X-API-Key');
      sent.push(key);
      urls.push(path);
      if (key !== null && key !== kKey) return refusal(kUnknown);
      return key === null && required ? refusal(kMissing) : new Response('{"fine":true}');
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const waits = () => expect.poll(() => modules.key.getKeyState());

  it('answers what was asked once it has one', async () => {
    const { api, key } = modules;
    const asked = [api.get('/api/v1/random'), api.post('/api/v1/search', { q: 'a' })];
    await waits().toBe('missing');
    expect(await api.isKnownKey('another-key-of-20-characters')).toBe(false);
    expect(await api.isKnownKey('ключ не той раскладки')).toBe(false);
    expect(key.getKeyState()).toBe('missing');
    expect(await api.isKnownKey(kKey)).toBe(true);
    key.takeKey(kKey);
    expect(await Promise.all(asked)).toEqual([{ fine: true }, { fine: true }]);
    expect(key.getKeyState()).toBe('fine');
    expect(sent.slice(-2)).toEqual([kKey, kKey]);
    expect(localStorage.getItem('anireco.apiKey')).toBe(kKey);
    expect(urls.join()).not.toContain(kKey);
  });

  it('is not asked again for what nobody waits for any more', async () => {
    const { api, key } = modules;
    const control = new AbortController();
    const asked = api.get('/api/v1/random', {}, control.signal);
    await waits().toBe('missing');
    control.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    key.takeKey(kKey);
    await Promise.resolve();
    expect(sent).toEqual([null]);
    expect(key.getKeyState()).toBe('fine');
  });

  it('may have withdrawn the key that is held, which can be forgotten', async () => {
    const { api, key } = modules;
    key.takeKey('a-key-that-was-withdrawn');
    const asked = api.get('/api/v1/random');
    await waits().toBe('unknown');
    key.forgetKey();
    expect(localStorage.getItem('anireco.apiKey')).toBeNull();
    await waits().toBe('missing');
    required = false;
    // Another question finds that none is wanted any more; the first one is asked again by that.
    await api.get('/api/v1/filters');
    expect(await asked).toEqual({ fine: true });
    expect(key.getKeyState()).toBe('fine');
  });

  it('gets it in this visit also where nothing can be stored', async () => {
    const { api, key } = modules;
    vi.stubGlobal('localStorage', {
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    });
    key.takeKey(kKey);
    expect(await api.get('/api/v1/random')).toEqual({ fine: true });
    expect(sent).toEqual([kKey]);
  });

  it('and one that wants none gets none', async () => {
    required = false;
    expect(await modules.api.get('/api/v1/random')).toEqual({ fine: true });
    expect(sent).toEqual([null]);
  });

  it('hears of a key that is given or forgotten in another tab', async () => {
    const asked = modules.api.get('/api/v1/random');
    await waits().toBe('missing');
    window.dispatchEvent(new StorageEvent('storage', { key: 'anireco.apiKey', newValue: kKey }));
    expect(await asked).toEqual({ fine: true });
    window.dispatchEvent(new StorageEvent('storage', { key: 'anireco.apiKey', newValue: null }));
    const again = modules.api.get('/api/v1/random');
    await waits().toBe('missing');
    modules.key.takeKey(kKey);
    expect(await again).toEqual({ fine: true });
  });
});
