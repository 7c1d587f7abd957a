import { RUNNING_MEAN } from '@shared/model/scalars';
import type { FileFormat } from '../readers/files/file-format';

/** Who tells a number: what a program prints, one of the files that it writes, or the helper within it. */
export type ScalarSource = 'printed' | FileFormat['id'];

/**
 * What is told exactly and at each step comes before what was rounded for a person to read. A text log is as a rule a copy of what is
 * printed.
 */
const rank = (source: ScalarSource): number => (source === 'text' ? -1 : source === 'printed' ? 0 : source === 'helper' ? 2 : 1);

/**
 * Which source a scalar's curve is of. A program prints what it also writes: both under one name would be one curve with every
 * point twice, at steps that differ by how each counts.
 *
 * The exact source takes a name over from a less exact one. It has its points from its own first step on, and a curve over steps goes
 * by what was told last from each step on, so what was printed before is superseded and not mixed in. A file that counts only epochs
 * takes over nothing: its numbers are those that were printed at the end of each epoch, and there they lie among the steps.
 */
export class ScalarOwners {
  private readonly owners = new Map<string, ScalarSource>();

  /** @param onTakenOver told once for each pair of sources */
  constructor(private readonly onTakenOver: (name: string, from: ScalarSource, to: ScalarSource) => void) {}

  /** @returns false = another source tells it */
  admits(name: string, source: ScalarSource, isEpoch: boolean): boolean {
    const owner = this.owners.get(name);
    if (owner === source) return true;
    if (owner !== undefined) {
      if (rank(source) <= rank(owner) || isEpoch) return false;
      this.onTakenOver(name, owner, source);
    }
    this.owners.set(name, source);
    // It tells the mean so far of what it is going to tell at the end of the epoch: that is printed a moment before it is read.
    if (source === 'helper' && name.endsWith(RUNNING_MEAN)) {
      const base = name.slice(0, -RUNNING_MEAN.length);
      for (const told of [base, `val_${base}`]) this.owners.set(told, source);
    }
    return true;
  }

  /** A person changed by what it is found: `source` tells it, or whoever tells it next. */
  put(name: string, source: ScalarSource | null): void {
    if (source === null) this.owners.delete(name);
    else this.owners.set(name, source);
  }

  isKnown(name: string): boolean {
    return this.owners.has(name);
  }

  isPrinted(name: string): boolean {
    const owner = this.owners.get(name);
    return owner === 'printed' || owner === 'helper';
  }
}
