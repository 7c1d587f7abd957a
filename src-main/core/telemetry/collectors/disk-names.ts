import { join } from 'node:path';
import { hasIdentity, realSerial, type FoundDevice } from '../../devices/identity';
import { readText } from './files';
import type { CollectorContext } from '../collector-context';

/**
 * What each disk is called for good: `disk/sda` is the disk that was first seen so, though the kernel may find it second at
 * the next start and call it sdb. Told by its world-wide name or serial number; a disk that has neither goes by its place.
 */
export class DiskNames {
  private names: ReadonlyMap<string, string> = new Map();

  constructor(private readonly context: Pick<CollectorContext, 'env' | 'devices'>) {}

  /** Takes in which disks the kernel names now. */
  async learn(disks: readonly string[]): Promise<void> {
    const { devices } = this.context;
    const found = (await Promise.all(disks.map((name) => this.identityOf(name)))).filter(hasIdentity);
    const labels = devices.resolve('disk', found);
    const names = new Map(found.flatMap(({ preferred }, i) => [[preferred, labels[i] ?? preferred] as const]));
    // The place of a disk that is known and not at it now is not another's.
    const taken = new Set(devices.list('disk').map(({ device }) => device));
    for (const place of disks.map((name) => `disk/${name}`))
      if (!names.has(place) && taken.has(place)) names.set(place, `${place}-unnamed`);
    this.names = names;
    devices.report(
      'disk',
      labels.flatMap((device) => (device === null ? [] : [{ device, lost: null }])),
    );
  }

  /** @param name the kernel's, "sda" */
  of(name: string): string {
    return this.names.get(`disk/${name}`) ?? `disk/${name}`;
  }

  /** "sda", or "disk/sdb (sda)" where the kernel calls it otherwise now. */
  shown(name: string): string {
    const device = this.of(name);
    return device === `disk/${name}` ? name : `${device} (${name})`;
  }

  private async identityOf(name: string): Promise<FoundDevice> {
    const folder = join(this.context.env.sysRoot, 'block', name);
    const [ofDisk, ofDevice, serial, ownSerial, model] = await Promise.all(
      ['wwid', 'device/wwid', 'device/serial', 'serial', 'device/model'].map((file) => readText(join(folder, file))),
    );
    return {
      uuid: realSerial(ofDisk ?? ofDevice ?? null),
      serial: realSerial(serial ?? ownSerial ?? null),
      bus: null,
      pciId: null,
      model: model || null,
      preferred: `disk/${name}`,
    };
  }
}
