import { AppError } from '@shared/contract/errors';
import type { manualCommands, manualStreams } from '@shared/contract/manual';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { english, message } from '@shared/text/message';
import { MANUAL, manualMeterForm, ManualSettings } from '../telemetry/collectors/manual/form';
import type { ManualMeterSource } from '../telemetry/manual-readings';
import { liveValue } from './live';
import type { Services } from './services';

/** @throws {AppError} `not-found`, `invalid-input` for a source that is read by itself */
function meterOf({ collectors }: Services, id: string): ManualMeterSource {
  const source = collectors.list().find((one) => one.id === id);
  if (source === undefined) throw new AppError('not-found', message('message.collector.none', { collector: id }));
  const settings = source.kind === MANUAL ? ManualSettings.parse(source.settings) : null;
  if (settings === null) throw new AppError('invalid-input', message('message.manual.byItself', { source: source.name }));
  return { id, label: english(source.name), form: manualMeterForm(settings) };
}

export function manualApi(services: Services): Pick<CommandHandlers, keyof typeof manualCommands> {
  const { manualReadings } = services;
  return {
    'manual.list': ({ id }) => manualReadings.list(meterOf(services, id)),
    'manual.enter': ({ id, replaces = null, atMs, value, kind = 'shown', begins = false }) => {
      const meter = meterOf(services, id);
      manualReadings.enter(meter, { atMs, value, kind, begins: begins && kind === 'shown' }, replaces);
      return manualReadings.list(meter);
    },
    'manual.remove': ({ id, atMs }) => {
      const meter = meterOf(services, id);
      manualReadings.remove(meter, atMs);
      return manualReadings.list(meter);
    },
  };
}

export function manualStreamsApi(services: Services): Pick<StreamHandlers, keyof typeof manualStreams> {
  const { manualReadings } = services;
  return {
    'manual.live': ({ id }, sink) =>
      liveValue(sink, manualReadings.list(meterOf(services, id)), (listener) =>
        manualReadings.onChange((changed) => {
          if (changed === id) listener(manualReadings.list(meterOf(services, id)));
        }),
      ),
  };
}
