import type { ReactNode } from 'react';

interface ToggleProps {
  readonly label: string;
  readonly hint: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly testId?: string;
}

/** One thing that is on or off, beside others in a toolbar. */
export function Toggle({ label, hint, on, onChange, testId }: ToggleProps): ReactNode {
  return (
    <span className="segmented">
      <button type="button" aria-pressed={on} title={hint} onClick={() => onChange(!on)} data-testid={testId}>
        {label}
      </button>
    </span>
  );
}
