import { AppError } from '@shared/contract/errors';
import type { madeFilesCommands } from '@shared/contract/made-files';
import type { CommandHandlers } from '@shared/rpc/api';
import { message } from '@shared/text/message';
import { abortSignal } from './abort-signal';
import type { Services } from './services';

export function madeFilesApi({ madeFiles, options }: Services): Pick<CommandHandlers, keyof typeof madeFilesCommands> {
  const { files, downloads } = madeFiles;
  return {
    async 'runs.files'({ runId }, cancellation) {
      const { made, why } = await files.of(runId, abortSignal(cancellation));
      return { made, why };
    },
    async 'runs.showFile'({ runId, path }) {
      if (options.showFile === undefined) throw new AppError('invalid-input', message('message.run.noDesktop'));
      options.showFile(await files.find(runId, path));
      return {};
    },
    async 'runs.fetchFile'({ runId, path }) {
      if (options.runtime !== 'headless') throw new AppError('invalid-input', message('message.files.noBrowser'));
      return { url: `/export/${downloads.offer(await files.find(runId, path))}` };
    },
  };
}
