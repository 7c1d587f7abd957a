import type { EventInput } from '@shared/model/event';
import type { GpuRates } from '@shared/model/gpu-settings';
import type { GpuProcess } from '@shared/model/processes';
import type { Reading } from '@shared/model/series';
import type { Message } from '@shared/text/message';
import type { Identity } from '../../../devices/identity';
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

/**
 * One request at a time of each kind; `rates`, `relist` and `stop` are not answered.
 * `relist`: the library lists the GPUs as they were when it was started; it is started anew, because one may be back.
 */
export type NvmlRequest =
  | { readonly t: 'tick' }
  | { readonly t: 'slow' }
  | { readonly t: 'rates'; readonly rates: GpuRates }
  | { readonly t: 'relist' }
  | { readonly t: 'stop' };

/**
 * A GPU the thread has seen since it began. Here it is `gpu<slot>`, and its MIG device `gpu<slot>/mig<index>`, in readings,
 * events and rates; what it is called for good is the core's to say.
 */
export interface GpuFound extends Identity {
  readonly slot: number;
  /** Its place in the driver's order, which may be another one after the next start. */
  readonly index: number;
  readonly name: string;
  readonly powerLimitW: number | null;
  /** Its memory is the machine's. */
  readonly sharesMachineMemory: boolean;
  /** Why it does not answer; null = it does. */
  readonly lost: Message | null;
  /** MIG devices in it; none when it is not partitioned. */
  readonly migs: readonly { readonly index: number; readonly uuid: string | null }[];
}

export type NvmlTick =
  | {
      readonly state: 'works';
      readonly driver: string | null;
      readonly gpus: readonly GpuFound[];
      /** Places in the driver's list whose GPU does not even tell what it is. */
      readonly unreachable: readonly number[];
      /** False while the driver does not say how many GPUs there are. */
      readonly listed: boolean;
      readonly readings: readonly Reading[];
      readonly between: readonly TimedReadings[];
      readonly events: readonly EventInput[];
    }
  | { readonly state: 'no-library' | 'no-driver'; readonly reason: Message; readonly events: readonly EventInput[] };

export interface NvmlSlow {
  readonly readings: readonly Reading[];
  readonly processes: readonly GpuProcess[];
}

export type NvmlReply =
  | { readonly t: 'tick'; readonly answer: NvmlTick }
  | { readonly t: 'slow'; readonly answer: NvmlSlow }
  /** A request failed in a way that no driver's answer explains. */
  | { readonly t: 'failed'; readonly request: 'tick' | 'slow'; readonly why: Message }
  | { readonly t: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
