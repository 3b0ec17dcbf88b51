/** What a person said of titles. Kept in this browser only; nothing of it is sent but as part of a search. */
export type Mark = 'liked' | 'disliked' | 'seen';

export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly mark: Mark;
  /** 1 to 10, where a list that was read in had one. */
  readonly rating?: number;
}

export type Library = ReadonlyMap<string, Entry>;

const kStorageKey = 'anireco.library';
/** As many as a search may carry. */
const kMaxEntries = 20_000;
const kMarks: readonly string[] = ['liked', 'disliked', 'seen'] satisfies Mark[];

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, mark, rating } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    /^[A-Za-z0-9:]{1,64}$/.test(id) &&
    typeof title === 'string' &&
    typeof mark === 'string' &&
    kMarks.includes(mark) &&
    (rating === undefined || (typeof rating === 'number' && rating >= 1 && rating <= 10))
  );
}

/** Reads what `toJson` wrote; null when it is something else. Entries that are broken are left out. */
export function fromJson(text: string): Entry[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const entries = Array.isArray(value) ? value : (value as { entries?: unknown }).entries;
    return Array.isArray(entries) ? entries.filter(isEntry).slice(0, kMaxEntries) : null;
  } catch {
    return null;
  }
}

export function toJson(library: Library): string {
  return `${JSON.stringify({ format: 'anireco-list', version: 1, entries: [...library.values()] }, null, 1)}\n`;
}

function load(): Library {
  try {
    return new Map((fromJson(localStorage.getItem(kStorageKey) ?? '') ?? []).map((entry) => [entry.id, entry]));
  } catch {
    return new Map();
  }
}

let current: Library = load();
const listeners = new Set<() => void>();

function show(next: Library): void {
  current = next;
  for (const listener of listeners) listener();
}

function save(next: Library): void {
  try {
    localStorage.setItem(kStorageKey, toJson(next));
  } catch {
    // Without storage the list lasts for this visit.
  }
  show(next);
}

// Another tab changed it.
window.addEventListener('storage', (event) => {
  if (event.key === kStorageKey || event.key === null) show(load());
});

export function getLibrary(): Library {
  return current;
}

export function subscribeLibrary(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function putEntries(entries: readonly Entry[]): void {
  const next = new Map(current);
  for (const entry of entries) if (next.has(entry.id) || next.size < kMaxEntries) next.set(entry.id, entry);
  save(next);
}

export function removeEntry(id: string): void {
  const next = new Map(current);
  next.delete(id);
  save(next);
}

export function clearLibrary(): void {
  save(new Map());
}

/** How a mark counts where there is no rating of one's own. */
const kRatingOfMark: Record<Mark, number> = { liked: 9, disliked: 2, seen: 0 };

export function toRated(library: Library): { id: string; rating: number }[] {
  return [...library.values()].map(({ id, mark, rating }) => ({ id, rating: rating ?? kRatingOfMark[mark] }));
}

/** What need not be shown again: seen, or not wanted. */
export function toSeen(library: Library): string[] {
  return [...library.values()].filter(({ mark }) => mark !== 'liked').map(({ id }) => id);
}
