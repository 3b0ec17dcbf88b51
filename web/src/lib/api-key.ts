/** The key that a server may want before it answers, and the requests that wait until the page has one. */
import { getPreferences, setPreferences, subscribePreferences } from '@/lib/preferences';

/** What the server says of the page's key: all is well, or it wants one and got none, or it does not know the one it got. */
export type KeyState = 'fine' | 'missing' | 'unknown';

const kField = 'X-API-Key';

/** The characters that the server takes in a key; others cannot even be sent. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]{1,200}$/.test(text);
}

/** The key as header fields, for addresses of the page's own server; nothing without a key, and nothing for anybody else. */
export function keyFields(path: string, key: string): Record<string, string> {
  const own = window.location.origin;
  return isKey(key) && new URL(path, own).origin === own ? { [kField]: key } : {};
}

/** What an answer says of the key that came with its question; null: nothing. Another 401 is a proxy's. */
export function keyRefusal({ status, headers }: Response): Exclude<KeyState, 'fine'> | null {
  const challenge = headers.get('WWW-Authenticate') ?? '';
  if (status !== 401 || !/^bearer realm="anireco"/i.test(challenge)) return null;
  return /invalid_token/.test(challenge) ? 'unknown' : 'missing';
}

let state: KeyState = 'fine';
const waiting = new Set<() => void>();
const listeners = new Set<() => void>();

function show(next: KeyState): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

function release(): void {
  const all = [...waiting];
  waiting.clear();
  for (const goOn of all) goOn();
}

export function getKeyState(): KeyState {
  return state;
}

export function subscribeKeyState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The server took a request in, whatever it answered: whoever waits for a key may ask again. */
export function keySuffices(): void {
  if (state === 'fine') return;
  show('fine');
  release();
}

/**
 * Waits, after a refusal of the key `sent`, until another one is there, or none. Rejects when `signal` says that nobody
 * waits for the answer any more.
 */
export function otherKey(refusal: Exclude<KeyState, 'fine'>, sent: string, signal?: AbortSignal | null): Promise<void> {
  // It came while the refused request was under way.
  if (getPreferences().apiKey !== sent) return Promise.resolve();
  show(refusal);
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      waiting.delete(goOn);
      reject(signal?.reason as Error);
    };
    const goOn = () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    if (signal?.aborted) {
      giveUp();
      return;
    }
    waiting.add(goOn);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

/** Takes a key that the server knows. */
export function takeKey(key: string): void {
  setPreferences({ apiKey: key });
  keySuffices();
}

export function forgetKey(): void {
  setPreferences({ apiKey: '' });
}

let last = getPreferences().apiKey;
subscribePreferences(() => {
  const { apiKey } = getPreferences();
  if (apiKey === last) return;
  last = apiKey;
  // Whether this one is known (or none is wanted) shows in the answers to those who waited.
  if (waiting.size === 0) show('fine');
  release();
});
