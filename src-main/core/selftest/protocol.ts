import type { SelftestPhase, SelftestPhaseName } from '@shared/model/selftest';

/** A thread of the self-test: one measures all GPUs, and there is one for each GPU that it makes work. */
export type SelftestWorkerData =
  | { readonly role: 'measure'; readonly libraries: readonly string[]; readonly platform: NodeJS.Platform }
  /** `stop`: one number, which others than 0 end the work. */
  | { readonly role: 'load'; readonly libraries: readonly string[]; readonly bus: string; readonly stop: SharedArrayBuffer };

export interface FoundGpu {
  readonly index: number;
  readonly name: string;
  readonly uuid: string | null;
  readonly bus: string | null;
}

/** Measures one phase; answered by `phase`. */
export interface MeasureRequest {
  readonly phase: SelftestPhaseName;
  readonly ms: number;
}

export type MeasureReply =
  | { readonly t: 'none'; readonly why: string }
  | { readonly t: 'found'; readonly driver: string | null; readonly gpus: readonly FoundGpu[] }
  /** By index; a GPU that fell off the bus has none. */
  | { readonly t: 'phase'; readonly results: readonly (readonly [index: number, result: SelftestPhase])[] };

export type LoadReply = { readonly t: 'busy' } | { readonly t: 'failed'; readonly why: string };
