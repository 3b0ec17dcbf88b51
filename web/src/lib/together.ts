const kGatherMs = 200;

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function run(): void {
  timer = undefined;
  const all = [...waiting];
  waiting.clear();
  for (const change of all) change();
}

/**
 * Makes a change that nobody waits for together with others like it, a moment later, so that the
 * page is drawn once for all of them. Returns what calls it off.
 */
export function together(change: () => void): () => void {
  waiting.add(change);
  timer ??= setTimeout(run, kGatherMs);
  return () => waiting.delete(change);
}
