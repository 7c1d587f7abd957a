import type { collectorsCommands, collectorsStreams } from '@shared/contract/collectors';
import type { StreamFrame } from '@shared/contract';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { shownOnce } from '../telemetry/checked-source';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

type Own = Pick<CommandHandlers, keyof typeof collectorsCommands>;

export function collectorsApi({ collectors }: Services): Own {
  return {
    'collectors.set': async ({ id, ...change }) => {
      await collectors.set(id, change);
      return {};
    },
    'collectors.add': async ({ kind, name, settings, secrets }) => ({ id: await collectors.add(kind, name, settings, secrets) }),
    'collectors.remove': async ({ id }) => {
      await collectors.remove(id);
      return {};
    },
    'collectors.test': async ({ kind, settings, secrets }, cancellation) => {
      const readings = await collectors.test(kind, settings, abortSignal(cancellation), secrets);
      return {
        readings: shownOnce(readings).map(({ device, label, metric, provenance, value, raw = '', why = null, atMs = null }) => ({
          device,
          label,
          metric,
          provenance,
          value,
          raw,
          why,
          atMs,
        })),
      };
    },
  };
}

export function collectorsStreamsApi({
  collectors,
  secrets: { redactor },
}: Services): Pick<StreamHandlers, keyof typeof collectorsStreams> {
  const frame = (): StreamFrame<'collectors.live'> => ({
    kinds: collectors.kinds(),
    // A device's or a driver's words can quote what it was asked with.
    collectors: collectors.list().map((one) => ({ ...one, error: one.error === null ? null : redactor.redactMessage(one.error) })),
  });
  return {
    'collectors.live': (_params, sink) => {
      let told = JSON.stringify(frame());
      return liveValue(sink, frame(), (listener) =>
        collectors.onChange(() => {
          const next = frame();
          const text = JSON.stringify(next);
          if (text !== told) listener(next);
          told = text;
        }),
      );
    },
  };
}
