import { toDisposable, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { powerFlow, type FlowPoint } from '@shared/energy/power-flow';
import type { PowerFlow } from '@shared/model/power-flow';
import { defineService } from '../service';
import { ledgerService } from './ledger-service';
import { roomPowerService } from './room-power-service';

/** Where the room's power goes, tick by tick. */
export interface PowerFlowFeed {
  readonly latest: PowerFlow | null;
  onChange(listener: (flow: PowerFlow) => void): Disposable;
}

export const powerFlowService = defineService({
  name: 'powerFlow',
  needs: [roomPowerService, ledgerService],
  start({ roomPower, ledger }, { log, onStop }): PowerFlowFeed {
    const changed = new Emitter<PowerFlow>((error) => log('error', `a listener of the power flow failed: ${String(error)}`));
    let point: FlowPoint | null = null;
    let listeners = 0;
    const flow = (): PowerFlow | null => (point === null ? null : powerFlow(point, ledger.sharesOf));
    // The ledger heard of the tick before: it listened first, and knows who held what.
    const listening = roomPower.onPoint((next) => {
      point = next;
      const told = listeners === 0 ? null : flow();
      if (told !== null) changed.emit(told);
    });
    onStop(() => listening.dispose());
    return {
      get latest() {
        return flow();
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
