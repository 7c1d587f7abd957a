import type { curvesCommands } from '@shared/contract/curves';
import type { CommandHandlers } from '@shared/rpc/api';
import { withNotStored } from '../jobs/curves-not-stored';
import { abortSignal } from './abort-signal';
import type { Services } from './services';

export function curvesApi({ runs, reader }: Services): Pick<CommandHandlers, keyof typeof curvesCommands> {
  return {
    'runs.curves': async (query, cancellation) =>
      withNotStored(await reader.curves.read(query, abortSignal(cancellation)), query, (runId) => runs.notStored(runId)),
  };
}
