import { spawnSync } from 'node:child_process';

/** One printed figure: its value, and how it stands against a peer measured in the same run. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: { readonly value: number; readonly against: string };
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** The value that `share` (0 to 1) of the values do not exceed. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN;

/** Drops a file from the system's cache, so that the next read comes from the disk; false where that cannot be done. */
export const evict = (path: string): boolean => spawnSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0']).status === 0;
