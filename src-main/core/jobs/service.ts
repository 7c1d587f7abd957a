import { dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { programOf } from '@shared/model/program';
import { isFinal } from '@shared/model/run';
import { isKeyedMessage } from '@shared/text/message';
import { datasetsService } from '../datasets/service';
import { devicesService } from '../devices/service';
import { gpuVariables } from '../programs/gpu-variables';
import { openArguments } from '../programs/secret-arguments';
import { openSecrets } from '../programs/secret-env';
import { recipesService } from '../recipes/service';
import { secretsService } from '../secrets/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { createJobs } from './jobs';
import { logsService } from './logs-service';
import { markedProgram } from './marks/marked-program';
import { snapshotsService } from './snapshot/service';
import { deleteRemains, RUNS_FOLDER } from './run-folders';

/** The queue of runs and the record of all of them. */
export const runsService = defineService({
  name: 'runs',
  needs: [storeService, telemetryService, logsService, secretsService, devicesService, snapshotsService, recipesService, datasetsService],
  start({ store, telemetry, logs, secrets, devices, snapshots, recipes, datasets }, { options, log, onBegin, onEnd, onStop }) {
    const runsDir = join(dirname(store.path), RUNS_FOLDER);
    const jobs = createJobs({
      writer: store,
      logs,
      launcher: options.launcher,
      redact: secrets.redactor.redactMessage,
      prepare: ({ launch, params }) => {
        const gpus = gpuVariables(launch.gpus, devices.list());
        if (isKeyedMessage(gpus)) throw new AppError('conflict', gpus);
        const program = programOf(params);
        if (Object.keys(launch.secrets).length === 0 && launch.secretArguments.length === 0) return { env: { ...launch.env, ...gpus } };
        const opened = program === null ? null : openArguments(program, launch.secretArguments, secrets.vault);
        return Promise.all([openSecrets(launch, secrets.vault), opened]).then(([env, whole]) => ({
          env: { ...env, ...gpus },
          ...(whole === null ? {} : { program: whole }),
        }));
      },
      snapshots,
      rulesOf: (program) => store.programMarks.of(markedProgram(program)),
      hold: options.holdRuns === true,
      isPresent: (gpu) => devices.list().some(({ device, state }) => device === gpu && state === 'present'),
      append: (atMs, readings) => telemetry.append(atMs, readings),
      runsDir,
      training: {
        recipe: (id) => recipes.get(id).recipe,
        dataset: (id, number) => datasets.catalogue.located(id, number),
      },
      pythonDir: join(options.resourcesDir, 'python'),
      enginesDir: options.enginesDir,
      log,
    });
    const deleted = jobs.onDeleted((runId) => telemetry.forgetDevice(`run/${runId}`));
    onStop(() => deleted.dispose());
    const ended = jobs.onRun((run) => {
      if (isFinal(run.status)) telemetry.endDevice(`run/${run.id}`);
    });
    onStop(() => ended.dispose());
    onBegin(() => {
      // A trainer that is slow to end holds up no start.
      void jobs.recover(options.resumeRuns !== false);
      deleteRemains(runsDir).catch((error: unknown) => log('warn', `the files of deleted runs are still there: ${String(error)}`));
    });
    onEnd(() => jobs.close());
    return jobs;
  },
});
