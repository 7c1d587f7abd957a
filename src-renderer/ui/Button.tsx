import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  /** It does nothing now, but keeps the focus, which a disabled one would drop: for what is pressed and can be pressed again. */
  readonly waiting?: boolean;
}

export function Button({ tone = 'plain', icon, waiting = false, className, children, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      {...(waiting ? held : {})}
      className={`button button-${tone}${className === undefined ? '' : ` ${className}`}`}
    >
      {icon ? <Icon name={icon} /> : null}
      {children === undefined ? null : <span>{children}</span>}
    </button>
  );
}

const held = { 'aria-disabled': true, onClick: (event: MouseEvent): void => event.preventDefault() } as const;

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  readonly label: string;
  /** As a Button's. */
  readonly waiting?: boolean;
}

/** A button that is only its icon: the label names it and shows on hover. */
export function IconButton({ icon, label, waiting = false, className, ...rest }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      {...(waiting ? held : {})}
      className={`button button-icon${className === undefined ? '' : ` ${className}`}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  );
}
