import { useTranslation } from 'react-i18next';

import { SiblingList } from '@/components/anime/sibling-list';
import type { Anime } from '@/types/api';

/** The rest of the franchise, in order of airing. */
export function FranchiseList({ anime }: { anime: Anime }) {
  const { t } = useTranslation();
  if (anime.franchise.siblings.length === 0) return null;
  return (
    <section aria-labelledby="franchise" className="grid gap-2">
      <h2 id="franchise" className="text-xl font-semibold">
        {t('title.franchise')}
      </h2>
      <SiblingList siblings={anime.franchise.siblings} />
    </section>
  );
}
