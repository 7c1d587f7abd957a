import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do next, in a sentence. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly tone?: 'plain' | 'bad';
  /** It stands in place of the whole page, whose heading its title is then. */
  readonly page?: boolean;
}

/** Where something would stand if there were something: says why not and what to do. */
export function EmptyState({ icon, title, children, action, tone = 'plain', page = false }: EmptyStateProps): ReactNode {
  return (
    <div className={`empty empty-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon} size={28} />
      {page ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}
