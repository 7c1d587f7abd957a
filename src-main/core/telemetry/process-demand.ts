import { toDisposable, type Disposable } from '@shared/base/disposable';
import { defineService } from '../service';

/** Which processes someone wants to see now. Between who shows them and the collector that reads them. */
export class ProcessDemand {
  private readonly wanting = new Set<symbol>();
  /** The first process of each run under way; undefined = its runtime does not tell it. */
  runs: () => ReadonlyMap<string, number | undefined> = () => new Map();
  /** Processes that are to be told whatever they use. */
  holders: () => Iterable<number> = () => [];
  /** Takes out of a command line what nobody may read. */
  redact: (text: string) => string = (text) => text;

  /** While nobody looks, nothing is read. */
  get isWanted(): boolean {
    return this.wanting.size > 0;
  }

  want(): Disposable {
    const own = Symbol('wanted');
    this.wanting.add(own);
    return toDisposable(() => this.wanting.delete(own));
  }
}

export const processDemandService = defineService({ name: 'processDemand', needs: [], start: () => new ProcessDemand() });
