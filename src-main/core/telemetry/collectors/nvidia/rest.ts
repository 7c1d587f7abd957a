import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import { isAsleep } from '../drm/kind';
import { listFolder, readText } from '../files';
import type { CollectorContext } from '../../collector-context';

const LOOK_AGAIN_MS = 30_000;
/** GPUs that rested for so many reads are left alone for so long, so that the system can suspend them, ms. */
const RESTED_READS = 60;
const LEAVE_MS = 15_000;
/** How long it is not tried again where it did not, at first and at most, ms. */
const FIRST_RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;

/** A laptop's GPU draws nothing while the system has it suspended; a request of the driver's wakes it, an open library keeps it awake. */
interface Slot {
  readonly folder: string;
  /** The system may suspend it: switched on for laptops, off elsewhere. */
  readonly mayRest: boolean;
}

/**
 * Decides whether the NVIDIA driver may be asked. Not while every GPU of the bus is suspended; and where the system may
 * suspend them, they are left alone for a moment after a minute's rest.
 */
export class NvidiaRest {
  private slots: readonly Slot[] = [];
  private lookAgainMono = -Infinity;
  private rested = 0;
  private leaveUntilMono = -Infinity;
  private tryAgainMono = -Infinity;
  private retryMs = FIRST_RETRY_MS;
  asleep = false;

  /** @param letGo ends what keeps the GPUs awake; it begins anew with the next request */
  constructor(
    private readonly context: Pick<CollectorContext, 'env' | 'monoMs' | 'wallMs' | 'onEvent' | 'devices'>,
    private readonly letGo: () => Promise<void>,
  ) {}

  /** What is to be answered without asking; null = ask. */
  async instead(): Promise<readonly Reading[] | null> {
    await this.look();
    const asleep = this.slots.length > 0 && (await Promise.all(this.slots.map(({ folder }) => isAsleep(folder)))).every(Boolean);
    if (asleep !== this.asleep) {
      this.asleep = asleep;
      this.leaveUntilMono = -Infinity;
      this.rested = 0;
      if (asleep) {
        this.retryMs = FIRST_RETRY_MS;
        await this.letGo();
      }
      this.tell(asleep);
    }
    if (asleep) return [];
    return this.context.monoMs() < this.leaveUntilMono ? this.untold() : null;
  }

  /** Takes in what was answered, and decides to leave them alone. @param busy something runs on them */
  async note(readings: readonly Reading[], busy: boolean): Promise<void> {
    const loads = readings.filter(({ metric }) => metric === 'gpu.load');
    this.rested = !busy && loads.length > 0 && loads.every(({ value }) => value === 0) ? this.rested + 1 : 0;
    const mono = this.context.monoMs();
    if (this.rested < RESTED_READS || mono < this.tryAgainMono || !this.slots.some(({ mayRest }) => mayRest)) return;
    this.rested = 0;
    this.leaveUntilMono = mono + LEAVE_MS;
    this.tryAgainMono = this.leaveUntilMono + this.retryMs;
    this.retryMs = Math.min(MAX_RETRY_MS, this.retryMs * 2);
    await this.letGo();
  }

  private untold(): Reading[] {
    const present = this.context.devices.list('nvidia').filter(({ state }) => state === 'present');
    return present.map(({ device, model }) => ({
      device,
      label: model ?? device,
      metric: 'gpu.power',
      provenance: 'measured',
      value: null,
    }));
  }

  private tell(asleep: boolean): void {
    const { devices, onEvent, wallMs } = this.context;
    for (const { device, state } of devices.list('nvidia')) {
      if (state === 'removed') continue;
      onEvent({
        atMs: wallMs(),
        device,
        kind: asleep ? 'device.asleep' : 'device.awake',
        text: message(asleep ? 'message.event.slept' : 'message.event.woke'),
        severity: 'info',
      });
    }
  }

  private async look(): Promise<void> {
    const { env, monoMs } = this.context;
    if (env.platform !== 'linux' || monoMs() < this.lookAgainMono) return;
    this.lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    const root = join(env.sysRoot, 'bus/pci/devices');
    const found = await Promise.all(
      (await listFolder(root)).map(async (name): Promise<Slot | null> => {
        const folder = join(root, name);
        if ((await readText(join(folder, 'vendor'))) !== '0x10de') return null;
        const [kind, control] = await Promise.all([readText(join(folder, 'class')), readText(join(folder, 'power/control'))]);
        return kind?.startsWith('0x03') ? { folder, mayRest: control === 'auto' } : null;
      }),
    );
    this.slots = found.filter((slot) => slot !== null);
  }
}
