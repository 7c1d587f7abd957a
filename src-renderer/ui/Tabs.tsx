import type { ReactNode } from 'react';
import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import styles from './Tabs.module.css';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly current: T;
  /** Each has an address of its own, by which it is opened elsewhere and found again. */
  readonly tabs: readonly { readonly id: T; readonly label: string; readonly href: string }[];
  readonly onOpen: (id: T) => void;
  /** What the current one shows. */
  readonly children: ReactNode;
}

/** The parts of a page, of which one is shown: arrows walk their names, Enter or Space opens one. */
export function Tabs<T extends string>({ label, current, tabs, onOpen, children }: TabsProps<T>): ReactNode {
  return (
    <BaseTabs.Root
      className={styles['root']}
      value={current}
      onValueChange={(id: T, details) => {
        // A click with a key held opens the address elsewhere.
        if (!isForElsewhere(details.event)) onOpen(id);
      }}
    >
      <BaseTabs.List className={styles['tabs']} aria-label={label}>
        {tabs.map(({ id, label: name, href }) => (
          <BaseTabs.Tab
            key={id}
            value={id}
            nativeButton={false}
            className={styles['tab']}
            data-testid={`tab-${id}`}
            onClick={(event) => {
              if (!isForElsewhere(event.nativeEvent)) event.preventDefault();
            }}
            render={<a href={href} />}
          >
            {name}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      <BaseTabs.Panel key={current} value={current} className={styles['panel']}>
        {children}
      </BaseTabs.Panel>
    </BaseTabs.Root>
  );
}

function isForElsewhere(event: Event): boolean {
  return event instanceof MouseEvent && (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey);
}
