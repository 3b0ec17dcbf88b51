import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useKeyedImage } from '@/hooks/use-keyed-image';
import { usePreferences } from '@/hooks/use-preferences';
import { cn } from '@/lib/cn';
import { posterUrl } from '@/lib/links';
import { together } from '@/lib/together';

import { Print } from './art/print';

interface PosterProps {
  id: string;
  title: string;
  imageUrl: string | null;
  /** Canonical genres and themes. */
  terms: readonly string[];
  /** How wide the box is, for the letters on the drawn one: a card's, the first card's (wide but on a phone), or a page's own. */
  width?: keyof typeof kLetters;
  className?: string;
}

const kLetters = { small: 'text-[0.6875rem] sm:text-xs', wide: 'text-[0.6875rem] sm:text-base', large: 'text-base' } as const;

/**
 * A 2:3 box that is never empty: a drawn print with the title on a paper band, and over it the
 * poster once it has come. Off, blocked or broken posters leave the print.
 */
export function Poster({ id, title, imageUrl, terms, width = 'small', className }: PosterProps) {
  const { t } = useTranslation();
  const { images, apiKey } = usePreferences();
  const [loaded, setLoaded] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const forget = useRef<() => void>();
  useEffect(() => () => forget.current?.(), []);
  const url = posterUrl(imageUrl);
  const [keyed, askWithKey] = useKeyedImage(url);
  const show = images && url !== null && failed !== url;
  const complete = show && loaded === url;
  return (
    <div className={cn('relative aspect-2/3 overflow-clip rounded-lg bg-sunken', className)}>
      {!complete && (
        <>
          <Print id={id} terms={terms} className="absolute inset-x-0 top-0 h-3/4 w-full" />
          <span
            aria-hidden="true"
            className="absolute inset-x-0 bottom-0 flex h-[29%] items-center border-t-4 border-obi bg-[#fdfaf2] px-[7%] text-[#1f2041]"
          >
            <span className={cn('line-clamp-3 overflow-clip leading-[1.15] font-semibold [overflow-wrap:anywhere] hyphens-auto', kLetters[width])}>
              {title}
            </span>
          </span>
        </>
      )}
      {show && (
        <img
          src={keyed ?? url}
          alt={complete ? t('card.poster', { title }) : ''}
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          width={200}
          height={300}
          // Neither is urgent: the poster covers the print as it is, and one that is broken shows nothing.
          onLoad={() => {
            forget.current = together(() => setLoaded(url));
          }}
          onError={() => {
            if (apiKey !== '' && keyed === null && url.startsWith('/')) {
              askWithKey(() => setFailed(url));
              return;
            }
            forget.current = together(() => setFailed(url));
          }}
          className="absolute inset-0 size-full object-cover"
        />
      )}
    </div>
  );
}
