import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import type { EngineId } from '@shared/model/recipes';
import { MessageError, type KeyedMessage } from '@shared/text/message';

export type TfCore = typeof Core;
export type TfLayers = typeof Layers;

/** A loaded engine: the tfjs API to train with. An engine may bring its own copy of tfjs, so recipes take it from here. */
export interface EngineSession {
  readonly core: TfCore;
  readonly layers: TfLayers;
  /** Backend, threads, version, as shown on the run's page. */
  readonly detail: string;
  /** The Adam optimizer this engine trains best with; its arithmetic is tfjs's own. */
  adam(learningRate: number): Core.Optimizer;
}

export interface EngineContext {
  /** Folder where `npm start -- engine <id>` installs. */
  readonly enginesDir: string;
}

/** One way to compute: one file here and one line in index.ts. */
export interface Engine {
  readonly id: EngineId;
  /** @throws EngineUnavailable when it is missing or does not load; anything else is a bug. */
  load(context: EngineContext): Promise<EngineSession>;
}

/** Why an engine cannot be used here, in words for a person, with the repair. */
export class EngineUnavailable extends MessageError {
  constructor(localized: KeyedMessage, options?: { cause?: unknown }) {
    super(localized, options);
    this.name = 'EngineUnavailable';
  }
}
