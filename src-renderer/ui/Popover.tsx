import { useState, type ReactNode } from 'react';
import { Popover as BasePopover } from '@base-ui/react/popover';
import { Button } from './Button';
import type { IconName } from './Icon';
import { usePopupHost } from './popup-host';
import styles from './Popover.module.css';

interface PopoverProps {
  /** What the button says. */
  readonly label: string;
  /** What is in it, for those who hear the page. */
  readonly name: string;
  readonly icon?: IconName;
  readonly testId: string;
  /** @param close for what is done by a choice in it */
  readonly children: (close: () => void) => ReactNode;
}

/** A button that opens a small panel below it, for more than a list of choices: Escape or a press elsewhere closes it. */
export function Popover({ label, name, icon, testId, children }: PopoverProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <BasePopover.Root open={open} onOpenChange={setOpen}>
      <BasePopover.Trigger render={<Button {...(icon ? { icon } : {})} data-testid={testId} />}>{label}</BasePopover.Trigger>
      <BasePopover.Portal container={usePopupHost()}>
        <BasePopover.Positioner className={styles['positioner']} align="start" sideOffset={4} collisionPadding={8}>
          <BasePopover.Popup className={styles['popup']} aria-label={name}>
            {children(() => setOpen(false))}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
