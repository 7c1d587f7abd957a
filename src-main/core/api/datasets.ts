import type { datasetsCommands, datasetsStreams } from '@shared/contract/datasets';
import { AppError, isAppError } from '@shared/contract/errors';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { message, messageOf } from '@shared/text/message';
import { augmentedRows } from '../datasets/augmented-rows';
import { exportText } from '../datasets/export';
import { previewRows } from '../datasets/preview';
import { liveValue, pumped } from './live';
import type { Services } from './services';

export function datasetsApi({ datasets, options, by }: Services): Pick<CommandHandlers, keyof typeof datasetsCommands> {
  const { catalogue, sources } = datasets;
  return {
    'data.list': () => ({ datasets: [...catalogue.list] }),
    'data.choose': async ({ kind }) => {
      if (options.choosePath === undefined) throw new AppError('invalid-input', message('message.runImport.noDialog'));
      const path = await options.choosePath(kind);
      return { source: path === null ? null : sources.open(path) };
    },
    'data.open': ({ path }) => {
      if (by !== 'terminal') throw new AppError('unauthorized', message('message.data.terminal'));
      return sources.open(path);
    },
    'data.beginUpload': ({ name, bytes }) => sources.beginUpload(name, bytes),
    'data.chunk': ({ id, offset, bytes }) => ({ receivedBytes: sources.receive(id, offset, bytes) }),
    'data.import': ({ source, into, options: how }) => ({ job: datasets.import(source, into, how) }),
    'data.record': ({ query, into }) => ({ job: datasets.record(query, into) }),
    'data.stop': ({ job }) => {
      datasets.stop(job);
      return {};
    },
    'data.forget': ({ job }) => {
      datasets.forget(job);
      return {};
    },
    'data.rows': async ({ id, version, from, count }) => previewRows(await catalogue.open(id, version), from, count),
    'data.profile': ({ id, version }) => datasets.profile(id, version),
    'data.derive': ({ id, version, recipe, into }) => ({ job: datasets.derive(id, version, recipe, into) }),
    'data.augment': async ({ id, version, ...asked }) => augmentedRows(await catalogue.open(id, version), asked),
    'data.label': ({ id, ...label }) => datasets.label(id, label),
    'data.remove': ({ id, version }) => {
      datasets.remove(id, version);
      return {};
    },
  };
}

export function datasetsStreamsApi({ datasets }: Services): Pick<StreamHandlers, keyof typeof datasetsStreams> {
  return {
    'data.live': (_params, sink) => liveValue(sink, datasets.state, (listener) => datasets.changed.on(listener)),
    'data.export': ({ id, version, format }, sink) =>
      pumped(
        sink,
        async function* (signal) {
          for await (const text of exportText(await datasets.catalogue.open(id, version), format)) {
            if (signal.aborted) return;
            yield { text };
          }
        },
        (error) => (isAppError(error) ? error : new AppError('internal', messageOf(error), { cause: error })),
      ),
  };
}
