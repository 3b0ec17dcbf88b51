/** Where the person's list is kept, now: in this browser, or in a profile of the server. */
import { type Entry, fromJson, isHidden, kMaxEntries, type Library, type Mark, toJson, withMark } from '@/lib/library';
import { fetchProfile, putProfileEntry } from '@/lib/profiles';

export interface LibraryState {
  /** Name of the profile; null: this browser. */
  readonly profile: string | null;
  readonly entries: Library;
  readonly loading: boolean;
  /** What went wrong last with the profile. */
  readonly error: Error | null;
  /** Another one whenever the server's list may answer otherwise than before. */
  readonly revision: number;
}

/** What was pressed last, so that it can be taken back where the card has gone. */
export interface LastChange {
  readonly title: string;
  readonly mark: Mark;
  /** The title left the results by it. */
  readonly hides: boolean;
  readonly undo: () => void;
}

const kListKey = 'anireco.library';
const kProfileKey = 'anireco.profile';

function readStorage(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function writeStorage(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Without storage it lasts for this visit.
  }
}

const toMap = (entries: readonly Entry[]): Library => new Map(entries.slice(0, kMaxEntries).map((entry) => [entry.id, entry]));
const loadBrowser = (): Library => toMap(fromJson(readStorage(kListKey) ?? '') ?? []);

let state: LibraryState = { profile: null, entries: loadBrowser(), loading: false, error: null, revision: 0 };
let last: LastChange | null = null;
const listeners = new Set<() => void>();

function show(change: Partial<LibraryState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function showLast(change: LastChange | null): void {
  last = change;
  for (const listener of listeners) listener();
}

export function getLibraryState(): LibraryState {
  return state;
}

export function getLastChange(): LastChange | null {
  return last;
}

export function forgetLastChange(): void {
  showLast(null);
}

export function subscribeLibrary(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** Reads the profile anew; what is shown stays until the answer has come. */
export async function reloadProfile(): Promise<void> {
  const { profile } = state;
  if (profile === null) return;
  show({ loading: true });
  try {
    const entries = toMap(await fetchProfile(profile));
    if (state.profile === profile) show({ entries, loading: false, error: null, revision: state.revision + 1 });
  } catch (error) {
    if (state.profile === profile) show({ loading: false, error: asError(error) });
  }
}

/** Keeps the list in a profile from now on, or, with null, in this browser again. */
export async function chooseProfile(profile: string | null): Promise<void> {
  writeStorage(kProfileKey, profile);
  last = null;
  show({ profile, entries: profile === null ? loadBrowser() : new Map(), error: null, revision: state.revision + 1 });
  await reloadProfile();
}

function saveBrowser(entries: Library): void {
  writeStorage(kListKey, toJson(entries));
  show({ entries });
}

/** Sets what is said of one title; null: nothing any more. A profile that refuses it gets the old word back. */
async function setEntry(id: string, next: Entry | null): Promise<void> {
  const { profile } = state;
  const old = state.entries.get(id);
  const entries = new Map(state.entries);
  if (next) entries.set(id, next);
  else entries.delete(id);
  if (profile === null) {
    if (entries.size <= kMaxEntries) saveBrowser(entries);
    return;
  }
  show({ entries, error: null });
  try {
    await putProfileEntry(profile, old, next);
    if (state.profile === profile) show({ revision: state.revision + 1 });
  } catch (error) {
    if (state.profile !== profile) return;
    const back = new Map(state.entries);
    if (old) back.set(id, old);
    else back.delete(id);
    show({ entries: back, error: asError(error) });
  }
}

/** A press on one of a title's marks. */
export function toggleMark(title: Pick<Entry, 'id' | 'ids' | 'title'>, mark: Mark): void {
  const old = state.entries.get(title.id);
  const next = withMark({ ...old, id: title.id, ids: title.ids, title: title.title }, mark);
  const hides = next !== null && isHidden(next) && !(old && isHidden(old));
  showLast({ title: title.title, mark, hides, undo: () => void setEntry(title.id, old ?? null).then(() => showLast(null)) });
  void setEntry(title.id, next);
}

export function removeEntry(id: string): void {
  void setEntry(id, null);
}

/** Adds a list that was read here to the one in this browser. */
export function putEntries(entries: readonly Entry[]): void {
  const next = new Map(state.entries);
  for (const entry of entries) {
    const old = next.get(entry.id);
    // What is said on cards here is in no other site's list.
    if (old || next.size < kMaxEntries) next.set(entry.id, { ...entry, ...(old?.mark && !entry.mark && { mark: old.mark }) });
  }
  saveBrowser(next);
}

export function clearBrowserLibrary(): void {
  saveBrowser(new Map());
}

// Another tab changed it.
window.addEventListener('storage', (event) => {
  if (event.key === kProfileKey) void chooseProfile(event.newValue);
  else if (state.profile === null && (event.key === kListKey || event.key === null)) show({ entries: loadBrowser() });
});

// Another device may have changed a profile while one looked elsewhere.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void reloadProfile();
});

const remembered = readStorage(kProfileKey);
if (remembered !== null && remembered !== '') {
  show({ profile: remembered, entries: new Map() });
  void reloadProfile();
}
