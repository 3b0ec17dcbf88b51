import { hashText, makeRandom, type Random } from '@/lib/random';

import { kPalettes, type Palette, type PaletteName } from './palettes';

export type Motif = 'hills' | 'wires' | 'waves' | 'city' | 'space' | 'forest' | 'rain' | 'branch' | 'strings';

interface Mood {
  readonly terms: readonly string[];
  readonly motif: Motif;
  readonly palettes: readonly [PaletteName, ...PaletteName[]];
}

/** The first mood that shares a term with the title draws it; the order is from telling to common. */
const kMoods: readonly Mood[] = [
  { terms: ['Music', 'Idols (Female)', 'Idols (Male)', 'Performing Arts'], motif: 'strings', palettes: ['cherry', 'plum', 'kerria'] },
  { terms: ['Space', 'Mecha'], motif: 'space', palettes: ['indigo', 'plum'] },
  { terms: ['Iyashikei', 'Historical', 'Mythology', 'Samurai'], motif: 'hills', palettes: ['celadon', 'ember', 'ash'] },
  { terms: ['Horror', 'Vampire', 'Gore'], motif: 'forest', palettes: ['ash', 'indigo', 'plum'] },
  { terms: ['Sports', 'Team Sports', 'Combat Sports', 'Martial Arts', 'Racing'], motif: 'rain', palettes: ['kerria', 'sea', 'ember'] },
  { terms: ['Detective', 'Organized Crime', 'Workplace', 'Urban Fantasy', 'Psychological'], motif: 'city', palettes: ['plum', 'indigo', 'ash'] },
  { terms: ['Sci-Fi'], motif: 'space', palettes: ['indigo', 'sea'] },
  { terms: ['Romance', 'Girls Love', 'Boys Love', 'Shoujo', 'Josei'], motif: 'branch', palettes: ['cherry', 'celadon', 'sea'] },
  { terms: ['School', 'Slice of Life', 'CGDCT', 'Comedy'], motif: 'wires', palettes: ['sea', 'kerria', 'ember', 'cherry'] },
  { terms: ['Mystery', 'Supernatural'], motif: 'forest', palettes: ['celadon', 'indigo', 'plum'] },
  { terms: ['Suspense', 'Drama'], motif: 'city', palettes: ['ember', 'plum', 'sea'] },
  { terms: ['Adventure'], motif: 'waves', palettes: ['sea', 'ember', 'celadon'] },
  { terms: ['Fantasy'], motif: 'hills', palettes: ['ember', 'plum', 'celadon'] },
  { terms: ['Action'], motif: 'rain', palettes: ['ember', 'ash', 'indigo'] },
];

const kMotifs: readonly [Motif, ...Motif[]] = ['hills', 'waves', 'wires', 'forest', 'rain'];
const kPaletteNames = Object.keys(kPalettes) as [PaletteName, ...PaletteName[]];

export interface Sketch {
  readonly motif: Motif;
  readonly palette: Palette;
  readonly random: Random;
}

/** What to draw for a title without a poster: always the same for the same title. */
export function chooseSketch(id: string, terms: readonly string[]): Sketch {
  const random = makeRandom(hashText(id));
  const mood = kMoods.find((one) => one.terms.some((term) => terms.includes(term)));
  return {
    motif: mood?.motif ?? random.pick(kMotifs),
    palette: kPalettes[random.pick(mood?.palettes ?? kPaletteNames)],
    random,
  };
}
