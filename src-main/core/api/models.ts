import type { modelsCommands } from '@shared/contract/models';
import type { CommandHandlers } from '@shared/rpc/api';
import { abortSignal } from './abort-signal';
import type { Services } from './services';

export function modelsApi({ models, by }: Services): Pick<CommandHandlers, keyof typeof modelsCommands> {
  return {
    'models.serve': async (request) => ({ runId: await models.serve(request, by) }),
    'models.predictFile': async (request) => ({ runId: await models.predictFile(request, by) }),
    'models.ofRun': ({ runId }) => models.ofRun(runId),
    'models.ask': (question, cancellation) => models.ask(question, abortSignal(cancellation)),
  };
}
