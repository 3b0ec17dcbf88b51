import { Fragment, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { MarkedText } from '@/components/marked-text';
import { Badge } from '@/components/ui/badge';
import { cn } from '@/lib/cn';
import { secondTitle } from '@/lib/titles';
import type { Hit } from '@/types/api';

import { FactLine } from './fact-line';
import { MarkButtons } from './mark-buttons';
import { Poster } from './poster';

interface CardFrontProps {
  hit: Hit;
  title: string;
  headingId: string;
  onTurn: () => void;
  turnRef: RefObject<HTMLButtonElement>;
  prominent: boolean;
}

const kLongQuote = 160;
/** More letters than the lines that are shown can hold; the back of the card has them all. */
const kShownLetters = { prominent: 520, other: 360 };

function beginning(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf(' ', most);
  return `${text.slice(0, end > 0 ? end : most)}…`;
}

/** The strongest reason, and how the description begins where there is room for both. */
function Reason({ hit, prominent }: { hit: Hit; prominent: boolean }) {
  const { t } = useTranslation();
  const { sentence, example, matched_title: called, matched_words: words } = hit.why;
  const language = hit.synopsis_language ?? undefined;
  const quoted = sentence && !called ? sentence.text : null;
  // A quote need not be read twice: a description that begins with it goes on behind it, and a long one stands for the description.
  const begins = quoted !== null && hit.synopsis?.startsWith(quoted);
  const told = quoted !== null && quoted.length > kLongQuote && hit.synopsis?.includes(quoted);
  const rest = begins ? hit.synopsis?.slice(quoted.length).trim() : told ? null : hit.synopsis;
  return (
    <>
      {example && <p className="text-sm font-medium text-brand">{t('card.whyExample', { title: example.title })}</p>}
      {quoted && (
        <p className={cn('line-clamp-3 overflow-clip font-quote text-[0.9375rem] leading-relaxed italic', prominent && 'sm:line-clamp-4 sm:text-[1.0625rem]')} lang={language}>
          <q>
            <MarkedText text={quoted} words={words} />
          </q>
        </p>
      )}
      {rest && (!quoted || prominent) && (
        <p className={cn('line-clamp-3 overflow-clip text-sm text-ink-soft', prominent && 'sm:line-clamp-4', quoted && 'max-sm:hidden')} lang={language}>
          <MarkedText text={beginning(rest, prominent ? kShownLetters.prominent : kShownLetters.other)} words={words} />
        </p>
      )}
    </>
  );
}

export function CardFront({ hit, title, headingId, onTurn, turnRef, prominent }: CardFrontProps) {
  const { t } = useTranslation();
  const second = secondTitle(hit, title);
  const siblings = hit.franchise.siblings.length;
  const terms = [...hit.genres, ...hit.themes];
  return (
    <>
      <Poster
        id={hit.id}
        title={title}
        imageUrl={hit.image_url}
        width={prominent ? 'wide' : 'small'}
        terms={[...terms, ...hit.demographics].map((term) => term.value)}
        className={cn('w-[6.25rem] max-w-[36%] shrink-0 self-start xs:w-28 sm:w-32', prominent && 'sm:w-44')}
      />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <h3 id={headingId} className={cn('text-[1.0625rem] leading-snug font-semibold [overflow-wrap:anywhere]', prominent && 'sm:text-2xl')}>
          <button
            ref={turnRef}
            type="button"
            data-card=""
            aria-expanded="false"
            onClick={onTurn}
            className="text-left after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-offset-2 focus-visible:after:outline-brand"
          >
            {title}
          </button>
        </h3>
        {second && <p className="-mt-1.5 truncate overflow-clip text-sm text-ink-soft">{second}</p>}
        <FactLine facts={hit} />
        <Reason hit={hit} prominent={prominent} />
        <div className="mt-auto flex flex-wrap items-end gap-x-2 gap-y-1 pt-1">
          {terms.length > 0 && (
            <div className="min-w-0 leading-[1.625rem] max-sm:w-full">
              {terms.slice(0, prominent ? 5 : 3).map((term) => (
                <Fragment key={term.value}>
                  <Badge className="inline whitespace-nowrap max-sm:nth-[n+4]:hidden">{term.label}</Badge>{' '}
                </Fragment>
              ))}
            </div>
          )}
          {siblings > 0 && <span className="py-0.5 text-xs text-ink-soft">{t('card.moreOfSeries', { count: siblings })}</span>}
          <MarkButtons id={hit.id} ids={hit.ids} title={title} compact className="ml-auto" />
        </div>
      </div>
    </>
  );
}
