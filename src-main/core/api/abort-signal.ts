import type { Cancellation } from '@shared/rpc/api';

/** Aborts when the caller cancels. */
export function abortSignal(cancellation: Cancellation): AbortSignal {
  const abort = new AbortController();
  cancellation.onCancel(() => abort.abort());
  return abort.signal;
}
