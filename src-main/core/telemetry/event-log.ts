import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { Ring } from '@shared/base/ring';
import type { DeviceEvent } from '@shared/model/device-event';
import { english } from '@shared/text/message';
import type { Log } from './ingest';

const HELD = 500;

/** What happened to devices: the newest 500 in memory, a line in the log each, and told to whoever listens (to keep them for good). */
export class EventLog {
  private readonly held = new Ring<DeviceEvent>(HELD);
  private readonly added: Emitter<DeviceEvent>;

  constructor(private readonly log: Log) {
    this.added = new Emitter((error) => log('error', `a listener of device events failed: ${String(error)}`));
  }

  add(event: DeviceEvent): void {
    this.held.push(event);
    this.log(event.severity === 'info' ? 'info' : 'warn', `${event.device}: ${english(event.text)}`);
    this.added.emit(event);
  }

  onEvent(listener: (event: DeviceEvent) => void): Disposable {
    return this.added.on(listener);
  }

  /** Oldest first. */
  list(): DeviceEvent[] {
    return this.held.toArray();
  }
}
