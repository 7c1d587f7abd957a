import type { EventInput } from '@shared/model/event';
import type { GpuRates } from '@shared/model/gpu-settings';
import type { DeviceRegistry } from '../../../devices/registry';
import type { GpuFound, NvmlTick } from '../nvml/protocol';

type Works = Extract<NvmlTick, { state: 'works' }>;
/** "gpu<slot>" or "gpu<slot>/mig<index>", as the thread calls them → what they are called for good. */
type Labels = ReadonlyMap<string, string>;

/** Puts the labels that hardware has for good in the place of the slots that the NVML thread counts by. */
export class NvmlLabels {
  private labels: Labels = new Map();

  constructor(private readonly devices: DeviceRegistry) {}

  /** Learns who is who from a tick, and tells the registry who is there. @returns whether a name changed */
  learn({ gpus, listed }: Works): boolean {
    const next = new Map<string, string>();
    const answering = gpus.filter(({ lost }) => lost === null);
    const found = this.devices.resolve(
      'nvidia',
      answering.map(({ uuid, serial, bus, pciId, name, index }) => ({ uuid, serial, bus, pciId, model: name, preferred: `gpu${index}` })),
    );
    answering.forEach(({ slot }, i) => {
      const label = found[i];
      if (label) next.set(`gpu${slot}`, label);
    });
    this.learnMigs(answering, next);
    for (const { slot, lost } of gpus) {
      const before = this.labels.get(`gpu${slot}`);
      if (lost !== null && before !== undefined) next.set(`gpu${slot}`, before);
    }
    const changed = next.size !== this.labels.size || [...next].some(([name, label]) => this.labels.get(name) !== label);
    this.labels = next;
    if (listed) {
      this.devices.report(
        'nvidia',
        gpus.flatMap(({ slot, lost }) => {
          const device = next.get(`gpu${slot}`);
          return device === undefined ? [] : [{ device, lost }];
        }),
      );
    }
    return changed;
  }

  /** What the GPU of this slot is called; as the thread does, until it is known. */
  of(slot: number): string {
    return this.labels.get(`gpu${slot}`) ?? `gpu${slot}`;
  }

  /** With labels; what belongs to no known device is left out. */
  named<T extends { readonly device: string }>(items: readonly T[]): T[] {
    return items.flatMap((item) => {
      const device = this.labels.get(item.device);
      return device === undefined ? [] : [{ ...item, device }];
    });
  }

  /** Events: the machine's stay its own. */
  events(events: readonly EventInput[]): EventInput[] {
    return events.map((event) => ({ ...event, device: this.labels.get(event.device) ?? event.device }));
  }

  /** Rates by slot, for the thread. */
  rates({ hz, devices }: GpuRates): GpuRates {
    const own = [...this.labels].flatMap(([name, label]) => (Object.hasOwn(devices, label) ? [[name, devices[label] ?? hz] as const] : []));
    return { hz, devices: Object.fromEntries(own) };
  }

  private learnMigs(gpus: readonly GpuFound[], next: Map<string, string>): void {
    const migs = gpus.flatMap(({ slot, name, migs: own }) => {
      const gpu = next.get(`gpu${slot}`);
      return gpu === undefined
        ? []
        : own.map(({ index, uuid }) => ({
            name: `gpu${slot}/mig${index}`,
            preferred: `${gpu}/mig${index}`,
            uuid,
            model: `${name} MIG ${index}`,
          }));
    });
    if (migs.length === 0) return;
    const found = this.devices.resolve(
      'mig',
      migs.map(({ uuid, model, preferred }) => ({ uuid, serial: null, bus: null, pciId: null, model, preferred })),
    );
    migs.forEach(({ name }, i) => {
      const label = found[i];
      if (label) next.set(name, label);
    });
    this.devices.report(
      'mig',
      found.flatMap((device) => (device === null ? [] : [{ device, lost: null }])),
    );
  }
}
