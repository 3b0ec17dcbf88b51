import { useTranslation } from 'react-i18next';

import { Chip } from '@/components/ui/chip';

const kExamples = ['quiet', 'likeNot', 'notebook', 'movie', 'sports', 'microwave'] as const;

/** Example requests for a box that is still empty. */
export function Examples({ onChoose }: { onChoose: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('home.examples')} className="flex flex-wrap justify-center gap-2">
      {kExamples.map((key) => {
        const text = t(`examples.${key}`);
        return (
          <Chip key={key} onClick={() => onChoose(text)} className="min-h-9 rounded-xl bg-surface/90 px-3.5 text-ink-soft max-sm:nth-[n+5]:hidden">
            {text}
          </Chip>
        );
      })}
    </section>
  );
}
