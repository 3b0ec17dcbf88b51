import { EyeOff, Heart, ThumbsDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { useLibrary } from '@/hooks/use-library';
import { cn } from '@/lib/cn';
import { type Mark, putEntries, removeEntry } from '@/lib/library';

const kMarks: readonly { mark: Mark; icon: typeof Heart; chosen: string }[] = [
  { mark: 'liked', icon: Heart, chosen: 'border-good/60 bg-good-soft text-good hover:text-good' },
  { mark: 'disliked', icon: ThumbsDown, chosen: 'border-bad/60 bg-bad-soft text-bad hover:text-bad' },
  { mark: 'seen', icon: EyeOff, chosen: 'border-brand bg-brand-soft text-brand' },
];

/** Liked, not interested, seen: one of them at most, kept in one's own list. */
export function MarkButtons({ id, title }: { id: string; title: string }) {
  const { t } = useTranslation();
  const chosen = useLibrary().get(id)?.mark;
  return (
    <div role="group" aria-label={t('list.title')} className="flex flex-wrap gap-2">
      {kMarks.map(({ mark, icon: Icon, chosen: classes }) => (
        <Button
          key={mark}
          size="sm"
          variant="outline"
          aria-pressed={chosen === mark}
          className={cn(chosen === mark && classes)}
          onClick={() => (chosen === mark ? removeEntry(id) : putEntries([{ id, title, mark }]))}
        >
          <Icon aria-hidden="true" className={cn(chosen === mark && mark === 'liked' && 'fill-current')} />
          {t(`list.mark.${mark}`)}
        </Button>
      ))}
    </div>
  );
}
