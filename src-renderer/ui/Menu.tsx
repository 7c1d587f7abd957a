import type { ReactNode } from 'react';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Button } from './Button';
import type { IconName } from './Icon';
import { usePopupHost } from './popup-host';
import styles from './Menu.module.css';

interface MenuProps<T extends string> {
  /** What the button says. */
  readonly label: string;
  /** What is chosen here, for those who hear the page. */
  readonly name: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
  /** Of the button; an option's is this, a dash and its value. */
  readonly testId: string;
}

/** A button that opens a list of choices below it: arrows, Home, End and first letters walk it, Escape or a press elsewhere closes it. */
export function Menu<T extends string>({ label, name, icon, disabled = false, options, onChoose, testId }: MenuProps<T>): ReactNode {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger disabled={disabled} render={<Button {...(icon ? { icon } : {})} data-testid={testId} />}>
        {label}
      </BaseMenu.Trigger>
      <BaseMenu.Portal container={usePopupHost()}>
        <BaseMenu.Positioner className={styles['positioner']} align="end" sideOffset={4} collisionPadding={8}>
          <BaseMenu.Popup className={styles['popup']} aria-label={name}>
            {options.map((option) => (
              <BaseMenu.Item
                key={option.value}
                className={styles['item']}
                onClick={() => onChoose(option.value)}
                data-testid={`${testId}-${option.value}`}
              >
                {option.label}
              </BaseMenu.Item>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
