import { useId, type ReactNode } from 'react';
import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import styles from './Tooltip.module.css';

interface TooltipProps {
  readonly content: ReactNode;
  readonly children: ReactNode;
}

/** Shows its content beside its trigger while either is hovered or the trigger has the focus; Escape hides it. */
export function Tooltip({ content, children }: TooltipProps): ReactNode {
  const id = useId();
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger className={styles['trigger']} delay={0} closeOnClick={false} aria-describedby={id}>
        {children}
      </BaseTooltip.Trigger>
      <BaseTooltip.Portal>
        <BaseTooltip.Positioner className={styles['positioner']} side="bottom" align="start" sideOffset={6} collisionPadding={8}>
          <BaseTooltip.Popup id={id} role="tooltip" className={styles['popup']}>
            {content}
          </BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}
