import { type Entry, fromJson, type Mark } from '@/lib/library';

/** Scores from here on attract, scores up to there repel; between them a title is only seen. */
const kLikedFrom = 7;
const kDislikedTo = 4;

function markOf(status: string, score: number): Mark | null {
  if (score >= kLikedFrom) return 'liked';
  if (score >= 1 && score <= kDislikedTo) return 'disliked';
  return /plan/i.test(status) ? null : 'seen';
}

function readMalXml(text: string): Entry[] | null {
  const document = new DOMParser().parseFromString(text, 'text/xml');
  if (document.querySelector('parsererror') || !document.querySelector('myanimelist')) return null;
  const entries: Entry[] = [];
  for (const anime of document.querySelectorAll('anime')) {
    const field = (name: string) => anime.getElementsByTagName(name)[0]?.textContent?.trim() ?? '';
    const number = Number(field('series_animedb_id'));
    const score = Number(field('my_score')) || 0;
    const mark = markOf(field('my_status'), score);
    if (!Number.isInteger(number) || number < 1 || !mark) continue;
    entries.push({
      id: `mal:${number}`,
      title: field('series_title'),
      mark,
      ...(score >= 1 && score <= 10 && { rating: score }),
    });
  }
  return entries;
}

async function textOf(file: Blob): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed) return file.text();
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

/** A list exported from here or from MyAnimeList (XML, plain or .gz); null when it is neither. */
export async function readList(file: Blob): Promise<Entry[] | null> {
  const text = await textOf(file).catch(() => '');
  return text.trimStart().startsWith('<') ? readMalXml(text) : fromJson(text);
}
