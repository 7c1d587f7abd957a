import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import { BY_PERSON } from '@shared/model/event';
import type { RoomSummary } from '@shared/model/room';
import { message } from '@shared/text/message';
import { devicesService } from '../devices/service';
import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { eventsService } from '../events/service';
import { telemetryService } from '../telemetry/service';
import { roomPowerService } from './room-power-service';
import { summarize } from './room-summary';

/** The room as its page shows it. */
export interface Room {
  readonly latest: RoomSummary | null;
  onChange(listener: (summary: RoomSummary) => void): Disposable;
  /**
   * A person says that a device is gone for good.
   * @throws {AppError} `not-found`
   */
  forgetDevice(device: string): void;
}

export const roomService = defineService({
  name: 'room',
  needs: [settingsService, eventsService, devicesService, telemetryService, roomPowerService, runsService],
  start({ settings, events, devices, telemetry, roomPower, runs }, { log, onStop }): Room {
    const changed = new Emitter<RoomSummary>((error) => log('error', `a room listener failed: ${String(error)}`));
    let latest: RoomSummary | null = null;
    const listening = roomPower.onPoint((point) => {
      latest = summarize(point, settings.current, (metric) => telemetry.latestAll(metric), runs.counts());
      changed.emit(latest);
    });
    onStop(() => listening.dispose());
    return {
      get latest() {
        return latest;
      },
      onChange: (listener) => changed.on(listener),
      forgetDevice(device) {
        if (!roomPower.knows(device) && !devices.knows(device))
          throw new AppError('not-found', message('message.power.unknown', { device }));
        events.add({
          atMs: Date.now(),
          device,
          kind: 'device.removed',
          text: message('message.event.removed'),
          severity: 'info',
          by: BY_PERSON,
        });
      },
    };
  },
});
