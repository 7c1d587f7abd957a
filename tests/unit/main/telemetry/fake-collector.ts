import type { DoctorItem } from '@shared/model/doctor';
import type { Reading } from '@shared/model/series';
import type { Collector } from '../../../../src-main/core/telemetry/collector';

export const load = (value: number | null, device = 'host'): Reading => ({
  device,
  label: device,
  metric: 'cpu.load',
  provenance: 'measured',
  value,
});

/** A source whose every answer the test gives, when it likes. */
export class FakeCollector implements Collector {
  reads = 0;
  closed = 0;
  aborted = 0;
  /** What `read` does; default: answers its count at once. */
  onRead: (signal: AbortSignal) => Promise<readonly Reading[]> = async () => [load(this.reads, this.id)];
  items: readonly DoctorItem[];

  constructor(
    readonly id: string,
    readonly periodMs = 1000,
  ) {
    this.items = [{ id: `sensor.${id}`, group: 'sensor', name: id, state: 'works', detail: 'fine', repair: null }];
  }

  read(signal: AbortSignal): Promise<readonly Reading[]> {
    this.reads++;
    signal.addEventListener('abort', () => this.aborted++);
    return this.onRead(signal);
  }

  async doctor(): Promise<readonly DoctorItem[]> {
    return this.items;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

/** Never settles, whatever happens. */
export const never = (): Promise<never> => new Promise(() => undefined);
