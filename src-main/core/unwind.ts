import type { CoreOptions } from './options';

/**
 * What a start has begun, each with its stop. They are stopped last-first, one after another, each once; one that fails to
 * stop keeps none of the others from it.
 */
export class Unwind {
  private readonly stops: { readonly what: string; readonly stop: () => void | Promise<void> }[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly log: NonNullable<CoreOptions['log']>) {}

  /** @returns what it was given, so that it can be registered where it is made */
  add<T>(what: string, begun: T, stop: (begun: T) => void | Promise<void>): T {
    this.stops.push({ what, stop: () => stop(begun) });
    return begun;
  }

  /** Safe twice; both calls wait. Throws what failed to stop, once all was tried. */
  run(): Promise<void> {
    this.running ??= this.stopAll();
    return this.running;
  }

  private async stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let last = this.stops.pop(); last !== undefined; last = this.stops.pop()) {
      try {
        await last.stop();
      } catch (error) {
        this.log('error', `${last.what} could not be stopped: ${String(error)}`);
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several parts could not be stopped');
  }
}
