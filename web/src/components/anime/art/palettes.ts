/** Colours of one print, from the sky down. Named after the dyes they lean on. */
export interface Palette {
  readonly skyTop: string;
  readonly skyLow: string;
  readonly disc: string;
  readonly far: string;
  readonly mid: string;
  readonly near: string;
}

const indigo: Palette = { skyTop: '#16224a', skyLow: '#42669a', disc: '#f5e4b3', far: '#2a4774', mid: '#1a2f57', near: '#0c1734' };
const plum: Palette = { skyTop: '#3d3066', skyLow: '#c9728a', disc: '#fad792', far: '#6a4579', mid: '#402b58', near: '#1c1537' };
const celadon: Palette = { skyTop: '#e2ecdf', skyLow: '#a9cbb8', disc: '#e36b4d', far: '#7fab95', mid: '#437866', near: '#1e4138' };
const kerria: Palette = { skyTop: '#fbeab2', skyLow: '#f2b544', disc: '#fff6dc', far: '#c9733c', mid: '#8b4030', near: '#402027' };
const cherry: Palette = { skyTop: '#f9e6e6', skyLow: '#eaaeb9', disc: '#fffaf4', far: '#b96e88', mid: '#77476d', near: '#38264b' };
const sea: Palette = { skyTop: '#d6eaec', skyLow: '#70aec2', disc: '#f6c95f', far: '#4384a4', mid: '#275d83', near: '#123556' };
const ember: Palette = { skyTop: '#f4dcb6', skyLow: '#e6826a', disc: '#cf452b', far: '#835d83', mid: '#4d4074', near: '#202143' };
const ash: Palette = { skyTop: '#ece6dc', skyLow: '#cbbbab', disc: '#b5291c', far: '#907f73', mid: '#5a4e48', near: '#2b2523' };

export const kPalettes = { indigo, plum, celadon, kerria, cherry, sea, ember, ash } as const;
export type PaletteName = keyof typeof kPalettes;
