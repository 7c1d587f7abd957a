import { z } from 'zod';
import { EnvName, plainLaunch, type RunLaunch } from '@shared/model/launch';
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

/** What the form begins with: nothing, or what a run was started with. */
export function typedOf(run: Run | null, format: Format): ProgramTyped {
  const program = run === null ? null : programOf(run.params);
  const launch = run?.launch ?? plainLaunch;
  const number = (value: number | null): string => (value === null ? '' : format.typed(value));
  const { seconds, kWh } = launch.limits;
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
    terminal: launch.pty,
  };
}

/** Reads the form over what the run had, of which a form shows only a part. */
export function programSchema(t: Translate, format: Format, launch: RunLaunch): z.ZodType<ProgramAsked, ProgramTyped> {
  return Typed.transform((typed, context): ProgramAsked => {
    const refuse = (field: keyof ProgramTyped, why: string): void =>
      context.addIssue({ code: 'custom', path: [field], message: why, params: { why } });
    const above = (field: 'hours' | 'kWh'): number | null => {
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
    const hours = above('hours');
    const kWh = above('kWh');
    return {
      program: { command, args, cwd },
      labels: { name: name.data ?? null, tags: tags.data ?? [] },
      launch: {
        ...launch,
        env,
        gpus: typed.gpus.split(/[\s,，、]+/).filter((gpu) => gpu !== ''),
        // What the one that is repeated followed is over.
        after: [],
        limits: { ...launch.limits, seconds: hours === null ? null : hours * S_PER_HOUR, kWh },
        retries: { ...launch.retries, count: count ?? 0 },
        pty: typed.terminal,
      },
    };
  });
}
