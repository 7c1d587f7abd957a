import type { DeviceEvent } from '@shared/model/device-event';
import type { GpuRates } from '@shared/model/gpu-settings';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import type { Said } from '@shared/phrases/phrase';
import type { TimedReadings } from '../../collector';

/** What the thread that calls the driver is started with. */
export interface NvmlWorkerData {
  readonly libraries: readonly string[];
  readonly platform: NodeJS.Platform;
  readonly lookAgainMs: number;
  /** Where a GPU's is above 1, the samples between two ticks are taken by the thread itself. */
  readonly rates: GpuRates;
  /** [0] the function under way, index into nvmlFunctions + 1, 0 = none; [1] the GPU it is for, −1 = none. */
  readonly calling: SharedArrayBuffer;
}

/** One question at a time of each kind; `rates` and `stop` are not answered. */
export type NvmlQuestion = { readonly t: 'tick' } | { readonly t: 'slow' } | { readonly t: 'rates'; readonly rates: GpuRates } | { readonly t: 'stop' };

export interface GpuFound {
  readonly device: string;
  readonly uuid: string;
  readonly name: string;
  readonly powerLimitW: number | null;
  readonly lost: boolean;
  /** MIG devices in it; 0 when it is not partitioned. */
  readonly migs: number;
}

export type NvmlTick =
  | {
      readonly state: 'works';
      readonly driver: string | null;
      readonly gpus: readonly GpuFound[];
      readonly readings: readonly Reading[];
      readonly between: readonly TimedReadings[];
      readonly events: readonly DeviceEvent[];
    }
  | { readonly state: 'no-library' | 'no-driver'; readonly reason: Said; readonly events: readonly DeviceEvent[] };

export interface NvmlSlow {
  readonly readings: readonly Reading[];
  readonly processes: readonly GpuProcess[];
}

export type NvmlReply =
  | { readonly t: 'tick'; readonly answer: NvmlTick }
  | { readonly t: 'slow'; readonly answer: NvmlSlow }
  /** A question failed in a way that no driver's answer explains. */
  | { readonly t: 'failed'; readonly question: 'tick' | 'slow'; readonly why: Said }
  | { readonly t: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
