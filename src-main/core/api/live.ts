import { toDisposable, type Disposable } from '@shared/base/disposable';
import type { FrameSink } from '@shared/rpc/api';

/** A stream of a value that is always whole: the present one first, then each new one. */
export function liveValue<T>(sink: FrameSink<T>, current: T | null, onChange: (listener: (value: T) => void) => Disposable): Disposable {
  const subscription = onChange((value) => sink.push(value));
  if (current !== null) sink.push(current);
  return subscription;
}

/**
 * A stream fed by an asynchronous source; stopping it aborts the source. What the source throws ends the stream with it.
 */
export function pumped<T>(
  sink: FrameSink<T>,
  source: (signal: AbortSignal) => AsyncIterable<T>,
  asError: (error: unknown) => Parameters<FrameSink<T>['end']>[0],
): Disposable {
  const abort = new AbortController();
  const pump = async (): Promise<void> => {
    try {
      for await (const frame of source(abort.signal)) {
        sink.push(frame);
        // An export can be far larger than what a slow page's connection may hold.
        await sink.ready();
      }
      sink.end();
    } catch (error) {
      if (!abort.signal.aborted) sink.end(asError(error));
    }
  };
  void pump();
  return toDisposable(() => abort.abort());
}
