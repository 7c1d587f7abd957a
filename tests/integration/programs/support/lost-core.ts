import { join } from 'node:path';
import { isFinal } from '@shared/model/run';
import type { Program } from '@shared/model/program';
import { shippedTraining } from '../../../helpers/training-sources';
import { createJobs } from '../../../../src-main/core/jobs/jobs';
import { RunLogs } from '../../../../src-main/core/jobs/log/run-logs';
import { RUNS_FOLDER } from '../../../../src-main/core/jobs/run-folders';
import { openWriter } from '../../../../src-main/core/store/writer';
import { createChildLauncher } from '../../../../src-main/hosts/child-launcher';

// A core reduced to its queue of runs: goes on with those of the core before and starts the program whose words are given, if
// any. It is there to be killed.
const [dataDir = '', trainer = '', given = ''] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const log = (level: string, text: string): void => say(`${level}: ${text}`);
const writer = openWriter({ dataDir });
const runsDir = join(dataDir, RUNS_FOLDER);
const logs = new RunLogs({ runsDir, maxBytes: () => 2 ** 20, now: Date.now, log });
const jobs = createJobs({
  writer,
  logs,
  launcher: createChildLauncher({ program: trainer === '' ? null : trainer }),
  append: () => undefined,
  runsDir,
  training: shippedTraining(),
  pythonDir: join(process.cwd(), 'resources', 'python'),
  enginesDir: '',
  maxRunning: 4,
  log,
});
jobs.onFound(({ id, status }) => say(`found ${id} ${status}`));
jobs.onRun((run) => {
  say(`run ${run.id} ${run.status}`);
  if (isFinal(run.status)) say(`over ${JSON.stringify(run)}`);
});
logs.onNews(({ lines }) => lines.forEach(({ text }) => say(`line ${text}`)));
void jobs.recover(true).then(() => {
  say('recovered');
  if (given !== '') jobs.startProgram({ program: JSON.parse(given) as Program });
  else if (trainer !== '') jobs.start({ recipe: 'mnist-mlp', engine: 'wasm', params: { epochs: 1000 } });
});
