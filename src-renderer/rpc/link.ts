import type { Disposable } from '@shared/base/disposable';
import type { Readable } from '../data/store';

/** How the page stands with the core. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** `retryAtMs`: when the next attempt begins (this machine's clock); null = the other side comes back by itself. */
  | { readonly kind: 'lost'; readonly retryAtMs: number | null }
  /** Headless only: the page was opened without its token, or with one that this core does not take. */
  | { readonly kind: 'no-token' }
  | { readonly kind: 'refused' };

/** Keeps the client attached to a core for as long as the page lives. */
export interface Link extends Disposable {
  readonly state: Readable<LinkState>;
  /** Tries now instead of waiting. Does nothing where there is nothing to try. */
  retry(): void;
}
