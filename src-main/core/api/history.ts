import type { historyCommands } from '@shared/contract/history';
import type { CommandHandlers } from '@shared/rpc/api';
import { abortSignal } from './abort-signal';
import type { Services } from './services';

export function historyApi({ reader, settings }: Services): Pick<CommandHandlers, keyof typeof historyCommands> {
  return {
    'history.query': async (input, cancellation) => {
      const { bucketMs, columns } = await reader.samples.history(input, abortSignal(cancellation));
      return { bucketMs, columns: [...columns] };
    },
    'history.extent': () => reader.samples.extent(),
    'storage.status': async (_input, cancellation) => {
      const signal = abortSignal(cancellation);
      const status = await reader.samples.status(settings.current.retention, signal);
      return { ...status, ledger: await reader.ledger.size(undefined, signal) };
    },
  };
}
