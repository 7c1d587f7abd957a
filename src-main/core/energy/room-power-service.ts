import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { storeService } from '../store/service';
import { eventsService } from '../events/service';
import { machineService } from '../telemetry/machine-service';
import { maxItPowerW } from '../telemetry/rating';
import { telemetryService } from '../telemetry/service';
import type { PowerTreeState } from '@shared/model/power-tree';
import { DriftWatch } from '../power/drift-watch';
import { currentFits, outdoorNow } from '../power/fitting/current-fits';
import { powerFitsService } from '../power/fitting/service';
import { powerTreeService } from '../power/tree-service';
import { treeService } from '../rooms/service';
import type { MeterReadings } from '../power/meter-readings';
import { scopeEvents } from './power-scope';
import { RoomPower, type RoomPoint } from './room-power';
import { RoomTotals } from './room-totals';

/** The sums of the room's power, tick by tick. */
export interface RoomPowerFeed {
  /** Whether a part of the room's power is, or hangs on, this device. */
  knows(device: string): boolean;
  /** After each tick's commit, once. */
  onPoint(listener: (point: RoomPoint) => void): Disposable;
  /** The power tree at the last tick; null before the first. */
  readonly treeState: PowerTreeState | null;
  /** The IT power that the facility model is scaled by at the last tick, W; null before the first. */
  readonly ratedW: number | null;
  /** What the meters say. */
  readonly meters: MeterReadings;
}

export const roomPowerService = defineService({
  name: 'roomPower',
  needs: [
    scenarioService,
    storeService,
    settingsService,
    eventsService,
    machineService,
    telemetryService,
    powerTreeService,
    powerFitsService,
    treeService,
  ],
  start({ scenario: { source }, store, settings, events, machine, telemetry, powerTree, powerFits, tree }, { log, onStop }): RoomPowerFeed {
    const started = new DisposableStore();
    onStop(() => started.dispose());
    let { power } = settings.current;
    started.add(
      settings.onChange((next) => {
        for (const event of scopeEvents(power, next.power, Date.now())) events.add(event);
        power = next.power;
      }),
    );
    const roomPower = new RoomPower({
      settings: () => settings.current,
      maxItPowerW: () => source?.maxItPowerW ?? maxItPowerW(machine.cpuPower, telemetry, machine.basePowerW()),
      localNode: source === null,
      tree: () => powerTree.current,
      fits: currentFits(powerFits, () =>
        outdoorNow(telemetry.latestAll('sensor.temperature'), settings.current.cooling, tree.current.places),
      ),
      // A simulated room names all its parts itself, and another one the next time.
      ...(source === null ? { memory: store.powerParts } : {}),
      onMemoryError: (error) => log('warn', `the parts of the room's power were not stored: ${String(error)}`),
    });
    started.add(events.onEvent((event) => roomPower.onEvent(event)));
    const totals = new RoomTotals(() => roomPower.uncounted);
    started.add(
      telemetry.addDeriver('room-power', ({ atMs, readings, columns, passedMs }) => [
        ...roomPower.derive(atMs, readings, columns, passedMs),
        ...totals.derive(columns),
      ]),
    );
    const points = new Emitter<RoomPoint>((error) => log('error', `a listener of the room's power failed: ${String(error)}`));
    const drift = new DriftWatch();
    let told: RoomPoint | null = null;
    started.add(
      telemetry.onBatch(() => {
        // A training's own samples come by this entry point too; only a tick makes a new room point.
        const point = roomPower.latest;
        if (point === null || point === told) return;
        told = point;
        for (const event of drift.note(point.atMs, point.passedMs, roomPower.tree.places, point.tree.places)) events.add(event);
        points.emit(point);
      }),
    );
    return {
      knows: (device) => roomPower.knows(device),
      onPoint: (listener) => points.on(listener),
      get treeState() {
        return roomPower.latest?.tree ?? null;
      },
      get ratedW() {
        return roomPower.latest?.ratedW ?? null;
      },
      meters: roomPower.tree.meters,
    };
  },
});
