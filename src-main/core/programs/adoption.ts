import { AppError } from '@shared/contract/errors';
import { message, type KeyedMessage } from '@shared/text/message';
import { describeProcess, type Undescribed } from '../processes/describe';
import { processKin } from '../energy/run-processes';
import { runsService } from '../jobs/service';
import { maskArguments } from '../processes/mask-command';
import { familyOf, runsByPid } from '../processes/process-family';
import { UserNames } from '../processes/user-names';
import { secretsService } from '../secrets/service';
import { defineService } from '../service';
import { machineService } from '../telemetry/machine-service';

/** Starts are told in hundredths of a second or in seconds, depending on who tells them. */
const SAME_START_MS = 2_000;

export interface AdoptAsked {
  readonly pid: number;
  /** As it was shown; null = whichever has the pid. */
  readonly startedAtMs: number | null;
  readonly name?: string | null | undefined;
}

/** Watching processes that were started elsewhere. */
export interface Adoption {
  /** @returns the id of its run @throws AppError `not-found`, `invalid-input`, `conflict`, `storage-…` */
  adopt(asked: AdoptAsked): Promise<string>;
}

export const adoptionService = defineService({
  name: 'adoption',
  needs: [runsService, secretsService, machineService],
  start({ runs, secrets, machine: { environment } }, { options, log }): Adoption {
    const users = new UserNames();
    const refused = (why: Undescribed, pid: number): AppError => {
      if (why.why === 'none') return new AppError('not-found', message('message.adopt.none', { pid }));
      if (why.why === 'kernel') return new AppError('invalid-input', message('message.adopt.kernel', { pid }));
      users.refresh();
      const isOwn = why.uid === null || why.uid === process.getuid?.();
      return new AppError(
        'invalid-input',
        isOwn ? message('message.adopt.deniedUnknown', { pid }) : message('message.adopt.denied', { pid, user: users.nameOf(why.uid) }),
      );
    };

    /** Why it cannot be a run of its own: it is a part of one, or of Coldaisle. */
    async function taken(pid: number): Promise<KeyedMessage | null> {
      const kin = await processKin(environment.platform === 'linux' ? environment.procRoot : null);
      const family = familyOf(pid, kin);
      const roots = runs.processes();
      const run = runsByPid(roots, kin).get(pid);
      if (run !== undefined) return message('message.adopt.isRun', { pid, run });
      const inside = [...roots].find(([, root]) => root !== undefined && family.has(root));
      if (inside !== undefined) return message('message.adopt.hasRun', { pid, run: inside[0] });
      return family.has(process.pid) ? message('message.adopt.own', { pid }) : null;
    }

    return {
      async adopt({ pid, startedAtMs, name = null }) {
        if ((options.scenario ?? null) !== null) throw new AppError('conflict', message('message.adopt.simulated'));
        const described = await describeProcess(pid);
        if ('why' in described) throw refused(described, pid);
        const isOther =
          startedAtMs !== null && described.startedAtMs !== null && Math.abs(startedAtMs - described.startedAtMs) > SAME_START_MS;
        if (isOther) throw new AppError('conflict', message('message.adopt.other', { pid }));
        const why = await taken(pid);
        if (why !== null) throw new AppError('conflict', why);
        users.refresh();
        const { identity, words, uid, user, cwd, folder } = described;
        const id = runs.adopt({
          identity,
          words: maskArguments(words).map(secrets.redactor.redact),
          cwd,
          folder,
          user: user ?? (uid === null ? null : users.nameOf(uid)),
          startedAtMs: described.startedAtMs === null ? null : Math.round(described.startedAtMs),
          name,
        });
        log('info', `Process ${pid} is run ${id} from now on`);
        return id;
      },
    };
  },
});
