import { AppError } from '@shared/contract/errors';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { RunLaunch, type RunLaunchInput } from '@shared/model/launch';
import type { Program } from '@shared/model/program';
import type { ConsentRecord } from '@shared/model/program-consent';
import type { RunLabelsChange } from '@shared/model/run';
import { message } from '@shared/text/message';
import { devicesService } from '../devices/service';
import { runsService } from '../jobs/service';
import { maskCommand } from '../processes/mask-command';
import { secretsService } from '../secrets/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { giveConsent, readConsent, withdrawConsent } from './consent';
import { findGpu } from './gpu-variables';
import { hideArguments } from './secret-arguments';
import { hideSecrets, isProgramSecret } from './secret-env';

export interface ProgramStart {
  readonly program: Program;
  readonly labels?: RunLabelsChange | undefined;
  /** GPUs by label, number, UUID or bus; the environment with the values of its secrets. */
  readonly launch?: RunLaunchInput | undefined;
}

/** Starting programs of this machine. */
export interface Programs {
  /**
   * Queues one as a run.
   * @param by a page needs the consent of a person at this machine; a person at its terminal is one
   * @throws AppError `invalid-input`, `conflict` without consent, `storage-…`
   */
  start(request: ProgramStart, by: 'page' | 'terminal'): Promise<string>;
  consent(): ConsentRecord | null;
  /** Pages may no longer; what is under way or waits goes on. */
  withdraw(): void;
  onConsent(listener: () => void): Disposable;
}

export const programsService = defineService({
  name: 'programs',
  needs: [runsService, secretsService, devicesService, storeService],
  start({ runs, secrets, devices, store }, { options, log, onBegin, onStop }): Programs {
    const { vault, redactor } = secrets;
    const changed = new Emitter<void>((error) => log('error', `a listener of the consent failed: ${String(error)}`));
    onStop(() => changed.clear());
    /** Of runs that are just being queued. */
    let starting = 0;

    async function needConsent(program: Program): Promise<void> {
      if (readConsent(options.dataDir) !== null) return;
      if (options.askConsent === undefined) throw new AppError('conflict', message('message.program.consentHeadless'));
      const asked = maskCommand([program.command, ...program.args], redactor.redact);
      if (!(await options.askConsent({ command: asked, cwd: program.cwd })))
        throw new AppError('conflict', message('message.program.consentRefused'));
      giveConsent(options.dataDir, 'desktop', Date.now());
      changed.emit();
    }

    function gpusOf(typed: readonly string[]): string[] {
      const list = devices.list();
      const found = typed.map((gpu) => {
        const record = findGpu(list, gpu);
        if (record === undefined) throw new AppError('invalid-input', message('message.queue.gpuUnknown', { gpu }));
        return record.device;
      });
      return [...new Set(found)];
    }

    /** Forgets the secrets of runs that were deleted. */
    async function sweep(): Promise<void> {
      const kept = (await vault.list()).filter(({ id }) => isProgramSecret(id));
      if (kept.length === 0 || starting > 0) return;
      const used = store.runs.secretsInUse();
      for (const { id } of kept) if (!used.has(id)) await vault.remove(id);
    }

    const sweepSoon = (): void =>
      void sweep().catch((error: unknown) => log('warn', `secrets of deleted runs are still kept: ${String(error)}`));
    const deleting = runs.onDeleted(sweepSoon);
    onStop(() => deleting.dispose());
    onBegin(sweepSoon);

    return {
      async start({ program: typed, labels, launch: asked = {} }, by) {
        if (by === 'page') await needConsent(typed);
        const launch = RunLaunch.parse(asked);
        const gpus = gpusOf(launch.gpus);
        starting += 1;
        try {
          const hidden = await hideSecrets(launch, vault);
          const { program, secretArguments } = await hideArguments(typed, launch.secretArguments, vault);
          const id = runs.startProgram({ program, labels, launch: { ...launch, ...hidden, secretArguments, gpus } });
          log('info', `Run ${id} was asked for by a ${by}: ${maskCommand([program.command, ...program.args], redactor.redact)}`);
          return id;
        } finally {
          starting -= 1;
        }
      },
      consent: () => readConsent(options.dataDir),
      withdraw() {
        withdrawConsent(options.dataDir);
        changed.emit();
      },
      onConsent: (listener) => changed.on(listener),
    };
  },
});
