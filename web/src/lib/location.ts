/**
 * The page's address as a store. A step made while typing shows at once in the page but reaches
 * the browser's history a moment later, because browsers limit how often that may change.
 */
export interface Location {
  readonly path: string;
  readonly search: string;
  /** Names the history entry; what belongs to one visit (scroll, say) is kept under it. */
  readonly key: string;
  /** How this location was reached. */
  readonly action: 'load' | 'push' | 'replace' | 'pop';
  /** The entry holds a text still being typed: the next letters replace it. */
  readonly typing: boolean;
}

interface EntryState {
  key: string;
  typing: boolean;
}

const kHistoryDelayMs = 400;

const listeners = new Set<() => void>();
let pending: ReturnType<typeof setTimeout> | undefined;
let counter = 0;

function newKey(): string {
  counter += 1;
  return `${Date.now().toString(36)}.${counter}`;
}

function readBrowser(action: Location['action']): Location {
  const state = history.state as EntryState | null;
  return {
    path: window.location.pathname,
    search: window.location.search,
    key: state?.key ?? newKey(),
    action,
    typing: state?.typing ?? false,
  };
}

let current: Location = readBrowser('load');

function writeHistory(): void {
  clearTimeout(pending);
  pending = undefined;
  const state: EntryState = { key: current.key, typing: current.typing };
  history.replaceState(state, '', current.path + current.search);
}

function flush(): void {
  if (pending !== undefined) writeHistory();
}

function show(next: Location): void {
  current = next;
  for (const listener of listeners) listener();
}

history.scrollRestoration = 'manual';
writeHistory();
window.addEventListener('pagehide', flush);
window.addEventListener('popstate', () => {
  clearTimeout(pending);
  pending = undefined;
  show(readBrowser('pop'));
});

export function getLocation(): Location {
  return current;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export interface NavigateOptions {
  /** Change this entry instead of adding one, so that Back does not stop here. */
  replace?: boolean;
  /** The change comes from letters being typed. */
  typing?: boolean;
}

export function navigate(to: string, { replace = false, typing = false }: NavigateOptions = {}): void {
  const url = new URL(to, window.location.origin);
  const same = url.pathname === current.path && url.search === current.search;
  if (same && current.typing === typing) return;
  const next = { path: url.pathname, search: url.search, typing };
  if (replace || same || (typing && current.typing)) {
    show({ ...next, key: current.key, action: 'replace' });
    if (typing) pending ??= setTimeout(writeHistory, kHistoryDelayMs);
    else writeHistory();
    return;
  }
  flush();
  const state: EntryState = { key: newKey(), typing };
  history.pushState(state, '', url.pathname + url.search);
  show({ ...next, key: state.key, action: 'push' });
}

export function goBack(fallback: string): void {
  if (history.length > 1) history.back();
  else navigate(fallback);
}
