import type { Disposable } from '@shared/base/disposable';
import type { Port } from '@shared/rpc/port';

/** The product without a window. */
export interface Core {
  /** Serves the contract on this port until it closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
  /** Stops collectors and jobs (asks, waits, kills), drains and closes the database. Safe twice; both calls wait. */
  close(): Promise<void>;
}
