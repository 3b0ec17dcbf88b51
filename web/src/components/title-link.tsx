import type { AnchorHTMLAttributes } from 'react';

import { Link } from '@/components/link';
import { useLevel } from '@/hooks/use-level';
import { titlePath } from '@/lib/links';

/** A link to a title's own page, at the level one looks at. */
export function TitleLink({ id, ...props }: Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'id'> & { id: string }) {
  return <Link href={titlePath(id, useLevel())} {...props} />;
}
