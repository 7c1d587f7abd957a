import { z } from 'zod';
import { EnvName, plainLaunch, Priority, PRIORITY_MAX, RunDependency, StopSignal, type RunLaunch } from '@shared/model/launch';
import { commandLine, programOf, wordsOf, type Program } from '@shared/model/program';
import { RunLabels, type Run, type RunLabelsChange } from '@shared/model/run';
import type { Format } from '../../i18n/format';
import type { Translate } from '../../i18n/use-texts';
import { tagsOf } from './run-view';

const Typed = z.object({
  line: z.string(),
  cwd: z.string(),
  env: z.string(),
  gpus: z.string(),
  name: z.string(),
  tags: z.string(),
  hours: z.string(),
  kWh: z.string(),
  retries: z.string(),
  delayS: z.string(),
  cost: z.string(),
  memoryGiB: z.string(),
  priority: z.string(),
  after: z.array(RunDependency),
  shared: z.boolean(),
  signal: StopSignal,
  graceS: z.string(),
  notes: z.string(),
  terminal: z.boolean(),
});
export type ProgramTyped = z.infer<typeof Typed>;

export interface ProgramAsked {
  readonly program: Program;
  readonly labels: RunLabelsChange;
  readonly launch: RunLaunch;
}

const RETRIES_MAX = 100;
const S_PER_HOUR = 3600;
const BYTES_PER_GIB = 2 ** 30;
const SECONDS_MAX = 86_400;

/** What the form begins with: nothing, or what a run was started with. */
export function typedOf(run: Run | null, format: Format): ProgramTyped {
  const program = run === null ? null : programOf(run.params);
  const launch = run?.launch ?? plainLaunch;
  const number = (value: number | null): string => (value === null ? '' : format.typed(value));
  const { seconds, kWh, cost, memoryBytes } = launch.limits;
  return {
    line: program === null ? '' : commandLine([program.command, ...program.args]),
    cwd: program?.cwd ?? '',
    env: Object.entries(launch.env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    gpus: launch.gpus.join(', '),
    name: run?.name ?? '',
    tags: run?.tags.join(', ') ?? '',
    hours: number(seconds === null ? null : seconds / S_PER_HOUR),
    kWh: number(kWh),
    retries: launch.retries.count === 0 ? '' : format.typed(launch.retries.count),
    delayS: launch.retries.delayS === plainLaunch.retries.delayS ? '' : format.typed(launch.retries.delayS),
    cost: number(cost),
    memoryGiB: number(memoryBytes === null ? null : memoryBytes / BYTES_PER_GIB),
    priority: launch.priority === 0 ? '' : format.typed(launch.priority),
    // What the one that is repeated followed is over.
    after: [],
    shared: launch.shared,
    signal: launch.stop.signal,
    graceS: number(launch.stop.graceS),
    notes: run?.notes ?? '',
    terminal: launch.pty,
  };
}

/** Whether what stands in the folded part is another than every run has. */
export function hasMore(run: Run | null): boolean {
  if (run === null) return false;
  const { retries, limits, priority, shared, stop } = run.launch;
  return JSON.stringify({ delayS: retries.delayS, cost: limits.cost, memory: limits.memoryBytes, priority, shared, stop }) !== PLAIN_MORE;
}

const PLAIN_MORE = JSON.stringify({
  delayS: plainLaunch.retries.delayS,
  cost: null,
  memory: null,
  priority: plainLaunch.priority,
  shared: plainLaunch.shared,
  stop: plainLaunch.stop,
});

/** Reads the form over what the run had, of which a form shows only a part. */
export function programSchema(t: Translate, format: Format, launch: RunLaunch): z.ZodType<ProgramAsked, ProgramTyped> {
  return Typed.transform((typed, context): ProgramAsked => {
    const refuse = (field: keyof ProgramTyped, why: string): void =>
      context.addIssue({ code: 'custom', path: [field], message: why, params: { why } });
    const above = (field: 'hours' | 'kWh' | 'cost' | 'memoryGiB'): number | null => {
      const text = typed[field].trim();
      const value = text === '' ? null : format.parse(text);
      if (text !== '' && !(value !== null && value > 0)) refuse(field, t('program.refused.above'));
      return value;
    };
    const [command = '', ...args] = wordsOf(typed.line) ?? [];
    if (command === '') refuse('line', t(wordsOf(typed.line) === null ? 'program.refused.quote' : 'program.refused.line'));
    const cwd = typed.cwd.trim();
    if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(cwd)) refuse('cwd', t('program.refused.cwd'));
    const env: Record<string, string> = {};
    for (const line of typed.env.split('\n').filter((one) => one.trim() !== '')) {
      const at = line.indexOf('=');
      const name = line.slice(0, Math.max(0, at)).trim();
      if (at < 1 || !EnvName.safeParse(name).success) refuse('env', t('program.refused.env', { line: line.slice(0, 40) }));
      else env[name] = line.slice(at + 1);
    }
    const name = RunLabels.shape.name.safeParse(typed.name.trim() === '' ? null : typed.name);
    if (!name.success) refuse('name', t('program.refused.name'));
    const tags = RunLabels.shape.tags.safeParse(tagsOf(typed.tags));
    if (!tags.success) refuse('tags', t('run.labels.tags.refused'));
    const count = typed.retries.trim() === '' ? 0 : format.parse(typed.retries);
    if (count === null || !Number.isInteger(count) || count < 0 || count > RETRIES_MAX)
      refuse('retries', t('program.refused.retries', { most: RETRIES_MAX }));
    const within = (field: 'delayS' | 'graceS'): number | null => {
      const text = typed[field].trim();
      const value = text === '' ? null : format.parse(text);
      if (text !== '' && !(value !== null && value >= 0 && value <= SECONDS_MAX))
        refuse(field, t('program.refused.seconds', { most: SECONDS_MAX }));
      return value;
    };
    const priority = typed.priority.trim() === '' ? 0 : format.parse(typed.priority);
    if (!Priority.safeParse(priority).success) refuse('priority', t('program.refused.priority', { most: PRIORITY_MAX }));
    const notes = RunLabels.shape.notes.safeParse(typed.notes);
    if (!notes.success) refuse('notes', t('program.refused.notes'));
    const memoryGiB = above('memoryGiB');
    const hours = above('hours');
    const kWh = above('kWh');
    return {
      program: { command, args, cwd },
      labels: { name: name.data ?? null, tags: tags.data ?? [], notes: notes.data ?? '' },
      launch: {
        ...launch,
        env,
        gpus: typed.gpus.split(/[\s,，、]+/).filter((gpu) => gpu !== ''),
        shared: typed.shared,
        priority: priority ?? 0,
        after: typed.after,
        limits: {
          seconds: hours === null ? null : hours * S_PER_HOUR,
          kWh,
          cost: above('cost'),
          memoryBytes: memoryGiB === null ? null : Math.round(memoryGiB * BYTES_PER_GIB),
        },
        retries: { count: count ?? 0, delayS: within('delayS') ?? plainLaunch.retries.delayS },
        stop: { signal: typed.signal, graceS: within('graceS') },
        pty: typed.terminal,
      },
    };
  });
}
