import { bestOf, scalarsOf } from '@shared/model/run-scalars';
import type { Quantity } from '@shared/model/provenance';
import type { ParamValue } from '@shared/model/param';
import type { Run } from '@shared/model/run';
import { runDurationMs } from '@shared/model/run-duration';
import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import { betterOf } from '@shared/model/scalar-better';
import { scalarDefinition, scalarParts, scalarRole } from '@shared/model/scalars';
import { scalarGroups, type ScalarGroup } from '../../../data/scalar-groups';
import { valueText } from '../../../forms/params';
import { formatMessage } from '../../../i18n/format-message';
import type { Texts, Translate } from '../../../i18n/use-texts';
import { scalarText, scalarWithUnit } from '../run-figures';
import { paramsOf } from '../run-params';
import { quantityName, trackLabel } from '../scalar-panes';

/** One property of the compared runs: a parameter, what was reached, or what it took. */
export interface CompareColumn {
  readonly id: string;
  readonly label: string;
  readonly kind: 'param' | 'scalar' | 'bill';
  /** What it is sorted and drawn by; null = this run has none. */
  readonly value: (run: Run) => number | string | null;
  readonly text: (run: Run) => string;
  /** With its provenance, where it has one. */
  readonly quantity?: (run: Run) => Quantity | null;
  /** Of its values, in a file. */
  readonly unit?: string;
  /** Of a number of which one way is better. */
  readonly better?: 'lower' | 'higher';
}

/** Quantities whose results are shown unless all are asked for. */
const MAX_QUANTITIES = 6;

/** What all the runs say of their scalars; of one that two name differently, the first is taken. */
export function declaredBy(runs: readonly Run[]): ScalarDeclarations {
  return Object.assign({}, ...[...runs].reverse().map(({ declared }) => declared)) as ScalarDeclarations;
}

/** Names of the scalars that have curves in any of the runs, by quantity. */
export function curveGroups(runs: readonly Run[]): ScalarGroup[] {
  return scalarGroups(new Set(runs.flatMap(({ last }) => Object.keys(last))));
}

export function scalarLabel(t: Translate, name: string, declared: ScalarDeclarations): string {
  const role = scalarRole(name);
  const own = declared[name]?.label;
  if (own !== undefined) return own;
  return role.part === null
    ? quantityName(t, role.base)
    : t('compare.scalar', { quantity: quantityName(t, role.base), part: trackLabel(t, role) });
}

/** The runs' parameters, in the order of the first that has each. */
export function paramColumns(texts: Texts, runs: readonly Run[]): CompareColumn[] {
  const names = new Map<string, string>();
  for (const run of runs)
    for (const { name, label, unit } of paramsOf(run))
      if (!names.has(name)) names.set(name, withUnitInHead(formatMessage(texts.t, label), unit));
  return [...names].map(([name, label]): CompareColumn => {
    const of = (run: Run): ParamValue | undefined => paramsOf(run).find((param) => param.name === name)?.value;
    return {
      id: `param:${name}`,
      label,
      kind: 'param',
      value: (run) => {
        const value = of(run);
        return value === undefined || value === null ? null : typeof value === 'number' ? value : valueText(texts, value);
      },
      text: (run) => {
        const value = of(run);
        return value === undefined ? texts.format.number(null, 0) : valueText(texts, value);
      },
    };
  });
}

const withUnitInHead = (label: string, unit: string): string => (unit === '' ? label : `${label} (${unit})`);

/** What the runs reached: of each quantity the most telling figure, and its best; or (`all`) every one there is. */
export function scalarColumns(texts: Texts, runs: readonly Run[], all: boolean): CompareColumn[] {
  const declared = declaredBy(runs);
  const names = new Set(runs.flatMap((run) => Object.keys(scalarsOf(run))));
  const best = new Set(runs.flatMap((run) => Object.keys(bestOf(run))));
  const groups = scalarGroups(names);
  const final = (name: string): CompareColumn => scalarColumn(texts, name, declared, scalarLabel(texts.t, name, declared), scalarsOf);
  const bestColumn = (name: string): CompareColumn => ({
    ...scalarColumn(texts, name, declared, texts.t('training.column.best', { name: scalarLabel(texts.t, name, declared) }), bestOf),
    id: `best:${name}`,
  });
  if (all)
    return groups.flatMap(({ scalars }) => scalars.flatMap(({ name }) => [final(name), ...(best.has(name) ? [bestColumn(name)] : [])]));
  return groups.slice(0, MAX_QUANTITIES).flatMap(({ scalars }) => {
    // Test tells more than validation, that more than training; an epoch's mean is the same once more.
    const rank = (part: (typeof scalars)[number]['part']): number => (part === null ? 0 : scalarParts.indexOf(part));
    const own = scalars.filter(({ ofEpoch }) => !ofEpoch);
    const told = (own.length > 0 ? own : scalars).reduce((most, one) => (rank(one.part) > rank(most.part) ? one : most));
    // The best of a training figure is that of a lucky batch.
    const judged = ['val', null].map((part) => scalars.find((one) => one.part === part && best.has(one.name))).find(Boolean);
    return [final(told.name), ...(judged === undefined ? [] : [bestColumn(judged.name)])];
  });
}

function scalarColumn(
  { format }: Texts,
  name: string,
  declared: ScalarDeclarations,
  label: string,
  of: (run: Run) => Readonly<Record<string, number>>,
): CompareColumn {
  const unit = scalarDefinition(name, declared)?.unit;
  const better = betterOf(name, declared);
  return {
    id: `scalar:${name}`,
    label,
    kind: 'scalar',
    value: (run) => of(run)[name] ?? null,
    text: (run) => {
      const value = of(run)[name] ?? null;
      const figure = scalarText(format, name, value, declared);
      return value === null ? figure : scalarWithUnit(figure, unit === 'samples/s' ? '' : unit);
    },
    ...(unit === undefined ? {} : { unit }),
    ...(better === null ? {} : { better }),
  };
}

/** What the runs took. */
export function billColumns({ t, format }: Texts, nowMs: number): CompareColumn[] {
  const billed = (id: string, label: string, quantity: (run: Run) => Quantity | null): CompareColumn => ({
    id,
    label,
    kind: 'bill',
    value: (run) => quantity(run)?.value ?? null,
    text: (run) => {
      const figure = quantity(run);
      return figure === null || figure.value === null
        ? format.number(null, 0)
        : format.withUnit(format.quantity(figure.value, figure.unit, 1));
    },
    quantity,
    better: 'lower',
  });
  return [
    {
      id: 'duration',
      label: t('training.column.duration'),
      kind: 'bill',
      value: (run) => runDurationMs(run, nowMs),
      text: (run) => format.duration(runDurationMs(run, nowMs)),
      unit: 'ms',
      better: 'lower',
    },
    billed('energy', t('training.column.energy'), ({ energy }) => energy?.itJ ?? null),
    billed('cost', t('training.column.cost'), ({ energy }) => energy?.cost ?? null),
    billed('co2e', t('run.energy.co2e'), ({ energy }) => energy?.co2eKg ?? null),
  ];
}

/** Whether the runs are not all alike in it. */
export function differs({ value }: Pick<CompareColumn, 'value'>, runs: readonly Run[]): boolean {
  return new Set(runs.map((run) => value(run))).size > 1;
}

/** Of what one way is better, the best of all runs, where they are not all alike. */
export function isBest({ kind, better, value }: CompareColumn, run: Run, runs: readonly Run[]): boolean {
  const own = value(run);
  if (better === undefined || kind !== 'scalar' || typeof own !== 'number') return false;
  const all = runs.map((one) => value(one)).filter((one) => typeof one === 'number');
  const most = better === 'lower' ? Math.min(...all) : Math.max(...all);
  return own === most && all.some((one) => one !== own);
}
