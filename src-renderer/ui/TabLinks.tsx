import type { ReactNode } from 'react';
import styles from './TabLinks.module.css';

interface TabLinksProps<T extends string> {
  readonly label: string;
  readonly current: T;
  readonly tabs: readonly {
    readonly id: T;
    readonly label: string;
    readonly href: string;
    /** Opens it in place of following its address. */
    readonly onOpen?: () => void;
  }[];
}

/** The parts of a page, each with an address of its own. */
export function TabLinks<T extends string>({ label, current, tabs }: TabLinksProps<T>): ReactNode {
  return (
    <nav className={styles['tabs']} aria-label={label}>
      {tabs.map(({ id, label: name, href, onOpen }) => (
        <a
          key={id}
          href={href}
          aria-current={id === current ? 'page' : undefined}
          data-testid={`tab-${id}`}
          onClick={(event) => {
            if (onOpen === undefined || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onOpen();
          }}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
