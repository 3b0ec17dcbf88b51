import { EyeOff, Heart, type LucideIcon, ThumbsDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { useLibrary } from '@/hooks/use-library';
import { cn } from '@/lib/cn';
import { hasMark, type Mark } from '@/lib/library';
import { toggleMark } from '@/lib/library-store';
import type { ExternalIds } from '@/types/api';

const kMarks: readonly { mark: Mark; icon: LucideIcon; chosen: string }[] = [
  { mark: 'liked', icon: Heart, chosen: 'border-good/60 bg-good-soft text-good hover:text-good' },
  { mark: 'disliked', icon: ThumbsDown, chosen: 'border-bad/60 bg-bad-soft text-bad hover:text-bad' },
  { mark: 'seen', icon: EyeOff, chosen: 'border-brand bg-brand-soft text-brand' },
];

interface MarkButtonsProps {
  id: string;
  ids: ExternalIds;
  title: string;
  /** Icons of what one says most, for the front of a card. */
  compact?: boolean;
  className?: string;
}

/** Liked, not interested, seen: kept in one's own list. */
export function MarkButtons({ id, ids, title, compact = false, className }: MarkButtonsProps) {
  const { t } = useTranslation();
  const entry = useLibrary().get(id);
  const marks = compact ? kMarks.filter(({ mark }) => mark !== 'seen' || hasMark(entry, mark)) : kMarks;
  return (
    <div role="group" aria-label={t('list.title')} className={cn('flex', compact ? 'relative z-10 -mr-1.5 -mb-1 shrink-0' : 'flex-wrap gap-2', className)}>
      {marks.map(({ mark, icon: Icon, chosen: classes }) => {
        const chosen = hasMark(entry, mark);
        return (
          <Button
            key={mark}
            size={compact ? 'bare' : 'sm'}
            variant={compact ? 'ghost' : 'outline'}
            aria-pressed={chosen}
            aria-label={compact ? `${t(`list.mark.${mark}`)}: ${title}` : undefined}
            title={compact ? t(`list.mark.${mark}`) : undefined}
            className={cn(compact && 'size-8 rounded-full text-ink-soft', chosen && classes)}
            onClick={() => toggleMark({ id, ids, title }, mark)}
          >
            <Icon aria-hidden="true" className={cn(chosen && mark === 'liked' && 'fill-current')} />
            {!compact && t(`list.mark.${mark}`)}
          </Button>
        );
      })}
    </div>
  );
}
