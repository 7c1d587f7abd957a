import { messageOf, type Message } from '@shared/text/message';
import { pciAddress } from '../../../devices/identity';
import { loadNodeNvidiaSmi } from './package';
import { NvidiaSmiError, type NvidiaSmiProgram } from './program';
import { readReport, withoutClockLists, type GpuReport, type SmiReport } from './report';

/** After a lost GPU made it necessary, each is asked by itself for this long; then all together again. */
const ALL_AGAIN_MS = 60_000;
/** What a read may take with one program a GPU. What is left over comes first the next time. */
const BUDGET_MS = 4_000;
/** Where neither the bus nor the past tells which GPUs there are, so many places are asked. */
const MAX_PLACES = 16;

export interface WholeReport extends SmiReport {
  /** GPUs that do not answer, by their PCI address where the program tells it. */
  readonly lost: readonly { readonly bus: string | null; readonly why: Message }[];
  /** Every GPU there is, is in it. */
  readonly complete: boolean;
}

/**
 * Reports of `nvidia-smi -q -x`. One GPU that fell off its bus ends the program before it tells anything of the others
 * ("Unable to determine the device handle …"): then each is asked by itself.
 */
export class SmiReports {
  /** The signal of the read under way and the one GPU asked for; the package gives no way to hand them through. */
  private signal: AbortSignal = new AbortController().signal;
  private only: string | null = null;
  private readonly smi = loadNodeNvidiaSmi(async (args) =>
    withoutClockLists(await this.program.run(this.only === null ? args : [...args, '-i', this.only], this.signal)),
  );
  private allAgainMono = -Infinity;
  private why: NvidiaSmiError | null = null;
  private next = 0;

  /** @param places PCI addresses of the GPUs there should be */
  constructor(
    private readonly program: NvidiaSmiProgram,
    private readonly monoMs: () => number,
    private readonly places: () => Promise<readonly string[]>,
  ) {}

  /** @throws {NvidiaSmiError} */
  async ask(signal: AbortSignal): Promise<WholeReport> {
    this.signal = signal;
    if (this.why === null || this.monoMs() >= this.allAgainMono) {
      try {
        const report = await this.report(null);
        this.why = null;
        return { ...report, lost: [], complete: true };
      } catch (error) {
        if (!(error instanceof NvidiaSmiError) || error.kind !== 'lost-gpu') throw error;
        this.why = error;
        this.allAgainMono = this.monoMs() + ALL_AGAIN_MS;
      }
    }
    return this.eachByItself(this.why, signal);
  }

  private async eachByItself(why: NvidiaSmiError, signal: AbortSignal): Promise<WholeReport> {
    const told = await this.places();
    const places = told.length > 0 ? told : Array.from({ length: MAX_PLACES }, (_, index) => String(index));
    const endMono = this.monoMs() + BUDGET_MS;
    const gpus: GpuReport[] = [];
    const lost: { bus: string | null; why: Message }[] = [];
    let driver: string | null = null;
    let asked = 0;
    for (; asked < places.length && this.monoMs() < endMono; asked++) {
      const index = (this.next + asked) % places.length;
      const place = places[index] ?? '';
      try {
        const report = await this.report(place);
        driver = report.driver ?? driver;
        gpus.push(...report.gpus.map((gpu) => ({ ...gpu, index })));
      } catch (error) {
        if (signal.aborted || !(error instanceof NvidiaSmiError) || error.kind === 'missing' || error.kind === 'driver') throw error;
        // Past the last one, or one that another driver holds.
        if (error.kind === 'no-devices' && told.length === 0) break;
        if (error.kind !== 'no-devices') lost.push({ bus: pciAddress(place) ?? busIn(error.message), why: messageOf(error) });
      }
    }
    const complete = asked >= places.length || told.length === 0;
    this.next = complete ? 0 : (this.next + asked) % places.length;
    if (gpus.length === 0) throw why;
    return { driver, gpus: gpus.sort((a, b) => a.index - b.index), lost, complete };
  }

  private async report(only: string | null): Promise<SmiReport> {
    this.only = only;
    try {
      return readReport(await this.smi());
    } catch (error) {
      throw error instanceof NvidiaSmiError ? error : new NvidiaSmiError(messageOf(error), 'failed');
    } finally {
      this.only = null;
    }
  }
}

/** "… for GPU0000:C1:00.0: Unknown Error" → its address. */
const busIn = (text: string): string | null => pciAddress(/[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/i.exec(text)?.[0] ?? null);
