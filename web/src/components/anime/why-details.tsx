import { useTranslation } from 'react-i18next';

import { MarkedText } from '@/components/marked-text';
import { Badge } from '@/components/ui/badge';
import type { Why } from '@/types/api';

/** Every reason the engine gave for a title. */
export function WhyDetails({ why, language }: { why: Why; language: string | null }) {
  const { t } = useTranslation();
  const nothing =
    !why.sentence && !why.example && !why.matched_title && why.matched_words.length === 0 && why.shared_tags.length === 0;
  if (nothing) return null;
  return (
    <div className="rounded-lg bg-paper px-3 py-2.5 text-sm" data-testid="why">
      <h4 className="font-semibold">{t('card.why')}</h4>
      <ul className="mt-1 grid gap-1.5">
        {why.matched_title && <li>{t('card.whyTitle', { title: why.matched_title })}</li>}
        {why.example && <li>{t('card.whyExample', { title: why.example.title })}</li>}
        {why.sentence && (
          <li>
            <span className="text-ink-soft">{t('card.whySentence')}: </span>
            <q className="font-quote italic" lang={language ?? undefined}>
              <MarkedText text={why.sentence.text} words={why.matched_words} />
            </q>
          </li>
        )}
        {why.matched_words.length > 0 && (
          <li className="flex flex-wrap items-center gap-1">
            <span className="text-ink-soft">{t('card.whyWords')}:</span>
            {why.matched_words.map((word) => (
              <Badge key={word} className="border-transparent bg-mark text-ink">
                {word}
              </Badge>
            ))}
          </li>
        )}
        {why.shared_tags.length > 0 && (
          <li className="flex flex-wrap items-center gap-1">
            <span className="text-ink-soft">{t('card.whyTags')}:</span>
            {why.shared_tags.map((tag) => (
              <Badge key={tag.value} className="bg-surface text-ink">
                {tag.label}
              </Badge>
            ))}
          </li>
        )}
      </ul>
    </div>
  );
}
