import { describe, expect, it } from 'vitest';

import en from './locales/en.json';
import ru from './locales/ru.json';

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [name, text] of flatten(value, `${prefix}${key}.`)) found.set(name, text);
  }
  return found;
}

const base = (key: string) => key.replace(/_(one|few|many|other)$/, '');
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('the two languages', () => {
  const english = flatten(en);
  const russian = flatten(ru);

  it('have the same keys', () => {
    expect(new Set([...russian.keys()].map(base))).toEqual(new Set([...english.keys()].map(base)));
  });

  it('have every plural form of their own', () => {
    const plurals = (keys: Iterable<string>) => new Set([...keys].filter((key) => base(key) !== key).map(base));
    for (const key of plurals(english.keys())) {
      expect(english.has(`${key}_one`) && english.has(`${key}_other`), key).toBe(true);
      for (const form of ['one', 'few', 'many', 'other']) expect(russian.has(`${key}_${form}`), `${key}_${form}`).toBe(true);
    }
  });

  it('fill the same holes', () => {
    for (const [key, text] of russian) {
      const counterpart = english.get(key) ?? english.get(`${base(key)}_other`) ?? '';
      expect(holes(text), key).toEqual(holes(counterpart));
    }
  });
});
