import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { usePreferences } from '@/hooks/use-preferences';
import type { Anime } from '@/types/api';

/** Tags, those that give something away only when asked for. */
export function TagList({ tags }: { tags: Anime['tags'] }) {
  const { t } = useTranslation();
  const { spoilers } = usePreferences();
  const [asked, setAsked] = useState(false);
  const hidden = spoilers || asked ? [] : tags.filter((tag) => tag.spoiler);
  const shown = tags.filter((tag) => !hidden.includes(tag));
  if (tags.length === 0) return null;
  return (
    <section aria-labelledby="tags" className="grid gap-2">
      <h2 id="tags" className="text-xl font-semibold">
        {t('title.tags')}
      </h2>
      <ul className="flex flex-wrap gap-1.5">
        {shown.map((tag) => (
          <li key={tag.name}>
            <Badge className="bg-surface px-2.5 py-1 text-sm">{tag.label}</Badge>
          </li>
        ))}
      </ul>
      {hidden.length > 0 && (
        <Button variant="link" size="bare" className="justify-self-start" onClick={() => setAsked(true)}>
          {t('title.spoilers', { count: hidden.length })}
        </Button>
      )}
    </section>
  );
}
