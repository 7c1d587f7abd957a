import { toDisposable, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { coolingState } from '@shared/climate/cooling-state';
import type { SensorValue } from '@shared/climate/sensor-values';
import type { CoolingNow } from '@shared/model/cooling';
import { LOCAL_NODE, nodeOf } from '@shared/model/device-tree';
import { quantity, withheld, worstProvenance, type Quantity } from '@shared/model/provenance';
import { roomPowerService } from '../energy/room-power-service';
import type { RoomPoint } from '../energy/room-power';
import { powerTreeService } from '../power/tree-service';
import { treeService } from '../rooms/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { telemetryService } from '../telemetry/service';
import { weatherService } from './weather-service';

/** Air changes slowly, and a hall has a thousand sensors. */
const EVERY_TICKS = 5;

/** The room's cooling, as its sensors tell it. */
export interface Cooling {
  now(): CoolingNow;
  /** At the last tick. */
  readonly itPowerW: Quantity;
  onChange(listener: (now: CoolingNow) => void): Disposable;
}

export const coolingService = defineService({
  name: 'cooling',
  needs: [settingsService, telemetryService, treeService, roomPowerService, powerTreeService, weatherService],
  start({ settings, telemetry, tree, roomPower, powerTree, weather }, { log, onStop }): Cooling {
    const changed = new Emitter<CoolingNow>((error) => log('error', `a listener of the cooling failed: ${String(error)}`));
    let point: RoomPoint | null = null;
    let listeners = 0;
    let ticks = 0;
    const now = (): CoolingNow =>
      coolingState({
        atMs: point?.atMs ?? Date.now(),
        settings: settings.current.cooling,
        places: tree.current.places,
        temperatures: told(telemetry.latestAll('sensor.temperature')),
        humidities: told(telemetry.latestAll('sensor.humidity')),
        dewPoints: told(telemetry.latestAll('sensor.dewpoint')),
        year: weather.year,
        plant: {
          places: powerTree.current.places,
          itPowerW: point?.itPowerW ?? withheld('W', 'not-started'),
          ratedW: settings.current.facility.ratedItPowerW ?? point?.ratedW ?? null,
          facility: settings.current.facility,
          heat: telemetry.latestAll('meter.heat'),
          flow: telemetry.latestAll('meter.flow'),
          power: [...telemetry.latestAll('meter.power'), ...telemetry.latestAll('facility.meter.power')],
          running: telemetry.latestAll('cooling.running'),
          alarm: telemetry.latestAll('cooling.alarm'),
          load: telemetry.latestAll('cooling.load'),
        },
        nodePower: point === null ? new Map() : nodePowers(point),
      });
    const listening = roomPower.onPoint((next) => {
      point = next;
      ticks += 1;
      if (listeners > 0 && ticks % EVERY_TICKS === 0) changed.emit(now());
    });
    onStop(() => listening.dispose());
    const tellAnew = (): void => {
      if (listeners > 0) changed.emit(now());
    };
    for (const watched of [settings.onChange(tellAnew), weather.onChange(tellAnew)]) onStop(() => watched.dispose());
    return {
      now,
      get itPowerW() {
        return point?.itPowerW ?? withheld('W', 'not-started');
      },
      onChange(listener) {
        const own = changed.on(listener);
        listeners += 1;
        return toDisposable(() => {
          own.dispose();
          listeners -= 1;
        });
      },
    };
  },
});

/** The sum over all sensors of a room is none of them. */
const told = (values: readonly SensorValue[]): SensorValue[] => values.filter(({ device }) => device !== 'room');

/** What each node draws: the sum of its parts that count. */
function nodePowers({ devices }: RoomPoint): Map<string, Quantity> {
  const nodes = new Map<string, Quantity>();
  for (const { device, powerW } of devices) {
    const node = nodeOf(device) ?? LOCAL_NODE;
    const before = nodes.get(node);
    if (before === undefined || before.value === null) {
      if (before === undefined) nodes.set(node, powerW);
      continue;
    }
    nodes.set(
      node,
      powerW.value === null ? powerW : quantity(before.value + powerW.value, 'W', worstProvenance([before.provenance, powerW.provenance])),
    );
  }
  return nodes;
}
