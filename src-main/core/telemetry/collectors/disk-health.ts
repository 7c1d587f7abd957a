import { join } from 'node:path';
import type { DoctorItem } from '@shared/model/doctor';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import { listFolder, readNumber } from './files';
import type { DiskNames } from './disk-names';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';

const LOOK_AGAIN_MS = 60_000;

/** Mean time a request took, from the kernel's counts of requests ended and ms spent in them (diskstats). */
export class DiskWaits {
  private readonly last = new Map<string, { ended: number; ms: number; stretch: number }>();

  /** @param stretch which stretch of unbroken time it is: a request that a sleep fell into took none of its time */
  constructor(private readonly stretch: () => number) {}

  /** @returns ms a request since the last call for `key`; null at the first, when none ended meanwhile, and across a sleep */
  next(key: string, ended: number, ms: number): number | null {
    const before = this.last.get(key);
    if (!Number.isFinite(ended) || !Number.isFinite(ms)) {
      this.last.delete(key);
      return null;
    }
    const stretch = this.stretch();
    this.last.set(key, { ended, ms, stretch });
    // Both counts wrap at 32 bits on some kernels, and start anew when a disk is plugged in again.
    if (before === undefined || before.stretch !== stretch || ended <= before.ended || ms < before.ms) return null;
    return (ms - before.ms) / (ended - before.ended);
  }

  /** Forgets the disks that are gone. */
  keep(disks: readonly string[]): void {
    for (const key of this.last.keys()) if (!disks.includes(key.split(' ')[0] ?? '')) this.last.delete(key);
  }
}

/**
 * What disks say of their own temperature through SMART: NVMe always, SATA and SAS with the kernel's drivetemp module.
 * The files lie at `block/<disk>/device/hwmonN/` (NVMe) or `block/<disk>/device/hwmon/hwmonN/`.
 */
export class DiskTemperatures {
  private files = new Map<string, string>();
  private lookAgainMono = -Infinity;

  constructor(
    private readonly context: Pick<CollectorContext, 'env' | 'monoMs'>,
    private readonly disks: () => Promise<string[]>,
    private readonly labelOf: (name: string) => Promise<string>,
    private readonly names: DiskNames,
  ) {}

  async read(): Promise<Reading[]> {
    await this.look();
    return Promise.all(
      [...this.files].map(async ([disk, path]): Promise<Reading> => {
        const milli = await readNumber(path);
        return {
          device: this.names.of(disk),
          label: await this.labelOf(disk),
          metric: 'disk.temperature',
          provenance: 'measured',
          value: milli === null ? null : milli / 1000,
        };
      }),
    );
  }

  async doctor(disks: readonly string[]): Promise<DoctorItem> {
    await this.look();
    const silent = disks.filter((disk) => !this.files.has(disk));
    const sata = silent.some((disk) => /^sd/.test(disk));
    const repair = sata ? 'echo drivetemp | sudo tee /etc/modules-load.d/drivetemp.conf && sudo modprobe drivetemp' : null;
    if (this.files.size === 0) return sensorItem('disk-temperature', 'missing', message('message.diskTemperature.none'), repair);
    const telling = [...this.files.keys()].map((name) => this.names.shown(name)).join(', ');
    if (silent.length === 0) return sensorItem('disk-temperature', 'works', telling);
    return sensorItem(
      'disk-temperature',
      'partial',
      message('message.diskTemperature.some', { disks: telling, silent: silent.map((name) => this.names.shown(name)).join(', ') }),
      repair,
    );
  }

  private async look(): Promise<void> {
    const { env, monoMs } = this.context;
    if (monoMs() < this.lookAgainMono) return;
    this.lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    const found = new Map<string, string>();
    for (const disk of await this.disks()) {
      const device = join(env.sysRoot, 'block', disk, 'device');
      for (const folder of [device, join(device, 'hwmon')]) {
        for (const chip of (await listFolder(folder)).filter((name) => /^hwmon\d+$/.test(name))) {
          const path = join(folder, chip, 'temp1_input');
          if (!found.has(disk) && (await readNumber(path)) !== null) found.set(disk, path);
        }
      }
    }
    this.files = found;
  }
}
