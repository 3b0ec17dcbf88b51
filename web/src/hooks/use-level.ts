import { useLocation } from '@/hooks/use-location';
import { type Level } from '@/types/api';

export const kLevels: readonly Level[] = ['family', 'standard', 'adult'];

/** The level of the address, which links to titles carry along. */
export function useLevel(): Level {
  const named = new URLSearchParams(useLocation().search).get('level');
  return kLevels.find((level) => level === named) ?? 'standard';
}
