import { mkdirSync } from 'node:fs';
import { basename, delimiter, isAbsolute } from 'node:path';
import type { RunRequestLine } from '@shared/contract/trainer';
import { freshControl, plainLaunch, type RunLaunch } from '@shared/model/launch';
import { PREDICTION_KIND, predictionOf, predictionParams } from '@shared/model/prediction';
import { nameOfProgram, paramsOfProgram, PROGRAM_KIND, programOf, programParams, type Program } from '@shared/model/program';
import { checkParams } from '@shared/model/param';
import { isEngineId, type EngineId } from '@shared/model/recipes';
import { RECIPE_KIND, type Run, type RunLabelsChange } from '@shared/model/run';
import { SERVING_KIND, servingOf, servingParams } from '@shared/model/serving';
import { isKeyedMessage, message, messageOf, type KeyedMessage } from '@shared/text/message';
import { programEnvironment } from '../../children/environment';
import type { ProcessIdentity } from '../../children/identity';
import { watchForeign } from './foreign-process';
import { maskArguments } from '../processes/mask-command';
import { trainerSpec, type ProcessLauncher } from './launcher';
import { askedRecipe, checkpointFile, keepRecipe, keptRecipe, recipeFile, type AskedRecipe, type TrainingSources } from './kept-recipe';
import { filesState, type RunFilesPlaces } from './run-files';
import { artifactsFolder, helperFolder, outputFolder, runFolder } from './run-folders';
import type { StartedProgram } from './snapshot/snapshots';
import type { Supervised } from './supervisor';

export interface StartOptions {
  readonly launcher: ProcessLauncher;
  /** The folder with a folder for each run. */
  readonly runsDir: string;
  readonly training: TrainingSources;
  /** The folder with the helper for Python programs. */
  readonly pythonDir: string;
  readonly enginesDir: string;
}

/** Where a program may leave what is kept of its run; it is there when the program begins. */
export const ARTIFACTS_VARIABLE = 'COLDAISLE_ARTIFACTS';

/** What a program's run gets beside what is kept of it. */
export interface Prepared {
  readonly env?: Readonly<Record<string, string>>;
  /** With the secrets of its command, which are not in what is kept of it. */
  readonly program?: Program;
}

/** How a program is asked to end. */
export const stopOf = ({ stop }: RunLaunch): NonNullable<Supervised['stop']> => ({
  signal: stop.signal,
  graceMs: stop.graceS === null ? null : stop.graceS * 1000,
});

const refused: Supervised['refused'] = (error) => ({ t: 'launch-failed', message: messageOf(error) });

/** Where the helper in a Python program writes; it is silent without it. */
export const HELPER_VARIABLE = 'COLDAISLE_SCALARS';

/** Where a program's run may write scalars. */
export function filesOf(runsDir: string, runId: string, program: Program, isAdopted: boolean): RunFilesPlaces {
  return {
    folders: [program.cwd, artifactsFolder(runsDir, runId)],
    helperDir: helperFolder(runsDir, runId),
    statePath: filesState(runFolder(runsDir, runId)),
    isAdopted,
  };
}

/** A process that was started elsewhere, as it is to be watched. */
export interface AdoptRequest {
  readonly identity: ProcessIdentity;
  /** Its command, secrets left out. */
  readonly words: readonly string[];
  /** Null = the system does not tell it. */
  readonly cwd: string | null;
  /** Where its files are looked for; null = they cannot be read. */
  readonly folder: string | null;
  readonly user: string | null;
  readonly startedAtMs: number | null;
  readonly name: string | null;
}

export function adoptedRun({ identity, words, cwd, folder, user, startedAtMs, name }: AdoptRequest): NewRun {
  const [command = '', ...args] = words;
  const described = programRun({ command, args, cwd: cwd ?? '' }, { name: name ?? undefined });
  return {
    ...described,
    params: { ...described.params, cwd },
    launch: plainLaunch,
    control: { ...freshControl, adopted: { pid: identity.pid, startedAtMs, user, isContained: folder !== null && folder !== cwd } },
  };
}

/** How a process that was started elsewhere is watched. @param isFound a core before this one watched it */
export function watchOf(runsDir: string, runId: string, identity: ProcessIdentity, folder: string | null, isFound: boolean): Supervised {
  const files: RunFilesPlaces = {
    folders: folder === null ? [] : [folder],
    helperDir: helperFolder(runsDir, runId),
    statePath: filesState(runFolder(runsDir, runId)),
    isAdopted: isFound,
    isForeign: true,
  };
  return { begin: (onError) => watchForeign(identity, onError), refused, away: null, trainer: null, files, foreign: true };
}

/** The helper comes first, and hands on to what else is on the path. */
function pythonEnvironment(pythonDir: string, helperDir: string, path: string | undefined): Record<string, string> {
  return { [HELPER_VARIABLE]: helperDir, PYTHONPATH: [pythonDir, ...(path === undefined || path === '' ? [] : [path])].join(delimiter) };
}

/** How a run's process is begun. @returns why not, for a run that another version queued and this one cannot start */
export function startOf(run: Run, options: StartOptions, prepared: Prepared = {}): Supervised | KeyedMessage {
  const program = run.kind === PROGRAM_KIND ? programOf(run.params) : null;
  if (program !== null) return programStart(run, prepared.program ?? program, options, prepared);
  const trainer = trainerStart(run, options);
  if (isKeyedMessage(trainer)) return trainer;
  if (trainer === null) return message('message.run.foreignRecipe', { recipe: run.recipe, engine: run.engine });
  return {
    begin: (onError) => {
      mkdirSync(trainer.spec.artifactsDir, { recursive: true, mode: 0o700 });
      return options.launcher.launch(trainerSpec(run.id), onError);
    },
    refused,
    away: null,
    trainer,
  };
}

/** What a program's run gets of variables, beside those that every program gets. Null for a run that is none. */
export function startedProgram(run: Run, options: StartOptions, prepared: Prepared): StartedProgram | null {
  const program = run.kind === PROGRAM_KIND ? programOf(run.params) : null;
  return program === null ? null : { program, env: programEnvironment(run.id, addedTo(run.id, options, prepared)) };
}

function addedTo(runId: string, { runsDir, pythonDir }: StartOptions, prepared: Prepared): Record<string, string> {
  return {
    [ARTIFACTS_VARIABLE]: artifactsFolder(runsDir, runId),
    // Python holds its output back where it is no terminal: nothing of it would be seen before the end.
    PYTHONUNBUFFERED: '1',
    ...prepared.env,
    ...pythonEnvironment(pythonDir, helperFolder(runsDir, runId), prepared.env?.['PYTHONPATH'] ?? process.env['PYTHONPATH']),
  };
}

function programStart({ id: runId, launch }: Run, program: Program, options: StartOptions, prepared: Prepared): Supervised {
  const { launcher, runsDir } = options;
  const artifacts = artifactsFolder(runsDir, runId);
  const files = filesOf(runsDir, runId, program, false);
  return {
    begin: (onError) => {
      for (const dir of [artifacts, files.helperDir]) mkdirSync(dir, { recursive: true, mode: 0o700 });
      return launcher.launch(
        {
          program,
          runId,
          env: addedTo(runId, options, prepared),
          stdin: 'ignore',
          channel: 'none',
          outputDir: outputFolder(runsDir, runId),
          terminal: launch.pty,
        },
        onError,
      );
    },
    refused,
    away: null,
    trainer: null,
    files,
    stop: stopOf(launch),
  };
}

function recipeStart(run: Run, options: StartOptions): RunRequestLine | KeyedMessage | null {
  const { id, recipe, engine, params } = run;
  const { runsDir, enginesDir, training } = options;
  if (!isEngineId(engine)) return null;
  try {
    const kept = keptRecipe(runsDir, id) ?? recipeOfBefore(run, options);
    if (kept === null) return null;
    const spec = {
      ...{ runId: id, recipe, engine, params, enginesDir },
      recipeFile: recipeFile(runsDir, id),
      datasetFolder: training.dataset(kept.data.dataset, kept.data.version).folder,
      artifactsDir: artifactsFolder(runsDir, id),
      checkpointFile: checkpointFile(runsDir, id),
    };
    return { t: 'start', spec };
  } catch (error) {
    const why = messageOf(error);
    return isKeyedMessage(why) ? why : message('message.run.foreignRecipe', { recipe, engine });
  }
}

/** Of a run that waits since before runs kept their documents: what its recipe is now. */
function recipeOfBefore({ id, recipe, params }: Run, { runsDir, training }: StartOptions): AskedRecipe['recipe'] | null {
  try {
    const asked = askedRecipe(training.recipe(recipe), params, training);
    keepRecipe(runsDir, id, asked.recipe);
    return asked.recipe;
  } catch {
    return null;
  }
}

/** What the trainer is asked to do; null for a run that it cannot do. */
function trainerStart(run: Run, options: StartOptions): RunRequestLine | KeyedMessage | null {
  switch (run.kind) {
    case RECIPE_KIND:
      return recipeStart(run, options);
    case SERVING_KIND:
      return servingStart(run, options);
    case PREDICTION_KIND:
      return predictionStart(run, options);
    default:
      return null;
  }
}

/** The folder of a model: that of a run's artifacts, or one that was named itself. */
export const modelFolder = (runsDir: string, model: string): string => (isAbsolute(model) ? model : artifactsFolder(runsDir, model));

function servingStart({ id, recipe, engine, params }: Run, { runsDir, enginesDir }: StartOptions): RunRequestLine | null {
  const { values } = checkParams(servingParams, params);
  const settings = values === null ? null : servingOf(values);
  if (settings === null || !isEngineId(engine)) return null;
  const { model, name, versions, labels, ...rest } = settings;
  const spec = {
    ...{ runId: id, engine, enginesDir, artifactsDir: artifactsFolder(runsDir, id) },
    ...rest,
    folder: modelFolder(runsDir, model),
    // Its recipe is what it is called in its addresses where nothing else was said.
    name: name ?? recipe,
    versions: typeof versions === 'string' ? versions : [...versions],
    labels: { ...labels },
  };
  return { t: 'serve', spec };
}

function predictionStart({ id, engine, params }: Run, { runsDir, enginesDir }: StartOptions): RunRequestLine | null {
  const { values } = checkParams(predictionParams, params);
  const settings = values === null ? null : predictionOf(values);
  if (settings === null || !isEngineId(engine)) return null;
  const { model, columns, ...rest } = settings;
  const folders = { enginesDir, artifactsDir: artifactsFolder(runsDir, id), folder: modelFolder(runsDir, model) };
  return { t: 'predict', spec: { runId: id, engine, ...folders, ...rest, columns: [...columns] } };
}

/** What is asked for, before it is known how. */
export type Described = Pick<Run, 'kind' | 'name' | 'tags' | 'notes' | 'parent' | 'recipe' | 'engine' | 'params' | 'paramSpecs'>;
/** What a run is, before it has begun. */
export type NewRun = Described & Pick<Run, 'launch' | 'control'>;

export function recipeRun(
  { recipe, engine, labels }: { readonly recipe: string; readonly engine: EngineId; readonly labels?: RunLabelsChange | undefined },
  { params, specs }: AskedRecipe,
  parent: string | null,
): Described {
  const { name = null, tags = [], notes = '' } = labels ?? {};
  return { kind: RECIPE_KIND, name, tags, notes, parent, recipe, engine, params, paramSpecs: [...specs] };
}

/** What a program's run is called that nobody gave a name. Names are listed, logged and exported: no secret is in one. */
export function defaultName({ command, args, cwd }: Program): string {
  const [shown = command, ...rest] = maskArguments([command, ...args]);
  return nameOfProgram({ command: shown, args: rest, cwd });
}

export function programRun(program: Program, labels: RunLabelsChange | undefined): Described {
  const { name, tags = [], notes = '' } = labels ?? {};
  return {
    kind: PROGRAM_KIND,
    name: name ?? defaultName(program),
    tags,
    notes,
    parent: null,
    recipe: basename(program.command) || program.command,
    engine: PROGRAM_KIND,
    params: paramsOfProgram(program),
    paramSpecs: [...programParams],
  };
}
