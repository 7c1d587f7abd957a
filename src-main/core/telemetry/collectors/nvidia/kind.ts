import { Emitter } from '@shared/base/emitter';
import { ratesOf } from '@shared/model/gpu-settings';
import { machineKind } from '../../collector-kind';
import { sensorName } from '../items';
import { createNvidiaCollectors } from '../nvidia';

/** NVIDIA GPUs, sampled as often as the settings say. Another rate needs no new start. */
export const nvidiaKind = machineKind({
  id: 'nvidia',
  name: sensorName('nvidia'),
  from: ({ gpu }) => ratesOf(gpu),
  create({ settings }, context) {
    let rates = settings;
    const changed = new Emitter<void>((error) => context.log('error', `GPUs do not take another rate: ${String(error)}`));
    return {
      collectors: createNvidiaCollectors(context, { current: () => rates, onChange: (listener) => changed.on(listener) }),
      change(next) {
        rates = next;
        changed.emit();
        return true;
      },
    };
  },
});
