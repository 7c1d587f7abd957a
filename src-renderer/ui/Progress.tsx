import type { ReactNode } from 'react';

interface ProgressProps {
  readonly label: string;
  /** 0 to 1; null = under way, nobody knows how far. */
  readonly share: number | null;
  readonly tone?: 'accent' | 'ok' | 'bad' | 'still';
  /** Where a whole part ends, as shares of 1: an epoch's marks. */
  readonly marks?: readonly number[];
}

export function Progress({ label, share, tone = 'accent', marks = [] }: ProgressProps): ReactNode {
  return (
    <div
      className={`progress progress-${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      data-unknown={share === null || undefined}
    >
      <div className="progress-fill" style={{ width: `${(share ?? 1) * 100}%` }} />
      {marks.map((mark) => (
        <span key={mark} className="progress-mark" style={{ left: `${mark * 100}%` }} />
      ))}
    </div>
  );
}
