import { useMemo } from 'react';
import { useQueries } from '@tanstack/react-query';
import { deviceName } from '@shared/model/device-record';
import type { Run } from '@shared/model/run';
import type { RunSnapshot } from '@shared/model/run-snapshot';
import { useServices } from '../../../rpc/context';
import type { Texts } from '../../../i18n/use-texts';
import type { CompareColumn } from './columns';

/** Of a commit, so much tells it from others. */
const COMMIT_SHOWN = 12;

/** Variables that are another of each run, whatever it is started with. */
const OF_EACH_RUN = new Set(['COLDAISLE_RUN_ID', 'COLDAISLE_ARTIFACTS', 'COLDAISLE_SCALARS']);

type Snapshots = ReadonlyMap<string, RunSnapshot>;

/** What there was when each of the runs began, as far as it was noted and is here. */
export function useSnapshots(runs: readonly Run[]): Snapshots {
  const { queries } = useServices();
  const begun = runs.filter(({ startedAtMs }) => startedAtMs !== null).map(({ id }) => id);
  const found = useQueries(
    {
      queries: begun.map((runId) => queries.question('runs.snapshot', { runId })),
      combine: (answers) => answers.map(({ data }) => data?.snapshot ?? null),
    },
    queries.cache,
  );
  const ids = begun.join('\n');
  return useMemo(
    () => new Map(ids.split('\n').flatMap((id, i) => (found[i] === undefined || found[i] === null ? [] : [[id, found[i]] as const]))),
    [ids, found],
  );
}

/** What the runs were started with: a property each; of packages and variables those alone in which they are not alike. */
export function startColumns({ t, format }: Texts, runs: readonly Run[], snapshots: Snapshots): CompareColumn[] {
  if (snapshots.size === 0) return [];
  const unknown = format.number(null, 0);
  const column = (id: string, label: string, of: (snapshot: RunSnapshot) => string | null): CompareColumn => {
    const value = (run: Run): string | null => {
      const snapshot = snapshots.get(run.id);
      return snapshot === undefined ? null : of(snapshot);
    };
    return { id: `start:${id}`, label, kind: 'param', value, text: (run) => value(run) ?? unknown };
  };
  const noted = runs.flatMap(({ id }) => snapshots.get(id) ?? []);
  const named = (of: (snapshot: RunSnapshot) => readonly string[]): string[] => [...new Set(noted.flatMap(of))].sort(format.compare);
  const versions = new Map(
    noted.map((snapshot) => [snapshot, new Map(packagesOf(snapshot).map(({ name, version }) => [name, version]))] as const),
  );
  const parts = [
    ...named((snapshot) => packagesOf(snapshot).map(({ name }) => name)).map((name) =>
      column(`package:${name}`, t('compare.start.package', { name }), (snapshot) => versions.get(snapshot)?.get(name) ?? null),
    ),
    ...named(({ environment }) => Object.keys(environment).filter((name) => !OF_EACH_RUN.has(name))).map((name) =>
      column(`variable:${name}`, t('compare.start.variable', { name }), ({ environment }) => environment[name] ?? null),
    ),
  ];
  // One of which nothing was noted is not known to differ.
  const known = runs.filter(({ id }) => snapshots.has(id));
  return [
    column('commit', t('run.snapshot.commit'), ({ git }) => git.value?.commit?.slice(0, COMMIT_SHOWN) ?? null),
    column('branch', t('run.snapshot.branch'), ({ git }) => git.value?.branch ?? null),
    column('diff', t('compare.start.diff'), (snapshot) => changesText(snapshot, t('compare.start.clean'))),
    column('python', t('run.snapshot.python'), ({ python }) => python.value?.version ?? null),
    column('interpreter', t('run.snapshot.executable'), ({ python }) => python.value?.executable ?? null),
    column('host', t('run.snapshot.host'), ({ machine }) => machine.host),
    column('system', t('run.snapshot.system'), ({ machine }) => `${machine.system} ${machine.release}`),
    column('cpu', t('run.snapshot.cpu'), ({ machine }) => machine.cpu),
    column('gpus', t('run.snapshot.gpus'), ({ machine }) => machine.gpus.map(deviceName).join(', ') || t('run.snapshot.noGpus')),
    column('driver', t('run.snapshot.driver'), ({ machine }) => machine.driver.value),
    ...parts.filter(({ value }) => new Set(known.map(value)).size > 1),
  ];
}

const packagesOf = ({ python }: RunSnapshot): readonly { readonly name: string; readonly version: string }[] =>
  python.value?.packages.value ?? [];

/** Two of the same text changed the same; it is shown by its length, and told apart by a few signs of what it says. */
function changesText({ git }: RunSnapshot, none: string): string | null {
  const diff = git.value?.diff.value;
  if (diff === undefined || diff === null) return null;
  if (diff.text === '') return none;
  const lines = diff.text.split('\n');
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).length;
  return `+${count('+')} −${count('-')} #${fingerprint(diff.text)}`;
}

/** FNV-1a: 32 bits as hexadecimal. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
