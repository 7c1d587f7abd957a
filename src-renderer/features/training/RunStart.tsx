import { useMemo, type ReactNode } from 'react';
import { deviceName } from '@shared/model/device-record';
import { isFinal, type Run } from '@shared/model/run';
import type { GitSnapshot, MachineSnapshot, PythonSnapshot, RunSnapshot, SnapshotPart } from '@shared/model/run-snapshot';
import { saveFile } from '../../data/save-file';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { EmptyState } from '../../ui/EmptyState';
import { Skeleton } from '../../ui/Skeleton';
import type { DataColumn } from '../../ui/table/columns';
import { DataTable } from '../../ui/table/DataTable';
import styles from './RunStart.module.css';

/** What there was when the program began. Asked for once it has: the core answers when all of it is found out. */
export function RunStart({ run }: { readonly run: Run }): ReactNode {
  return run.status === 'queued' || run.startedAtMs === null ? <NotBegun run={run} /> : <Begun key={run.id} run={run} />;
}

function NotBegun({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  return (
    <EmptyState icon="training" title={t(isFinal(run.status) ? 'run.snapshot.neverBegan' : 'run.snapshot.waits')}>
      {t('run.snapshot.what')}
    </EmptyState>
  );
}

function Begun({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const { answer, reload } = useCommand('runs.snapshot', { runId: run.id });
  if (answer.state === 'loading') return <Skeleton lines={8} />;
  if (answer.state === 'failed')
    return (
      <EmptyState icon="training" tone="bad" title={t('run.snapshot.failed')} action={<Button onClick={reload}>{t('ui.retry')}</Button>}>
        {formatMessage(t, answer.error.localized)}
      </EmptyState>
    );
  const { snapshot } = answer.value;
  if (snapshot === null)
    return (
      <EmptyState icon="training" title={t('run.snapshot.none')}>
        {t('run.snapshot.what')}
      </EmptyState>
    );
  return <Snapshot runId={run.id} snapshot={snapshot} />;
}

function Snapshot({ runId, snapshot }: { readonly runId: string; readonly snapshot: RunSnapshot }): ReactNode {
  const { t, format } = useTexts();
  const save = (): void =>
    saveFile(new Blob([JSON.stringify(snapshot, null, 2)], { type: 'application/json' }), `coldaisle-${runId}-snapshot.json`);
  return (
    <div className={styles['page']} tabIndex={0} role="region" aria-label={t('run.tab.start')} data-testid="run-snapshot">
      <div className={styles['head']}>
        <p className="section-note">{t('run.snapshot.taken', { at: format.dateTime(snapshot.takenAtMs) })}</p>
        <Button tone="quiet" icon="download" onClick={save} data-testid="save-snapshot">
          {t('run.snapshot.save')}
        </Button>
      </div>
      <div className={styles['columns']}>
        <section className="facts" aria-label={t('run.snapshot.command')}>
          <h2>{t('run.snapshot.command')}</h2>
          <Copyable text={snapshot.command} />
          <Facts facts={[[t('run.snapshot.folder'), snapshot.cwd]]} />
        </section>
        <Code git={snapshot.git} />
        <Machine machine={snapshot.machine} />
      </div>
      <Diff git={snapshot.git} />
      <div className={styles['tables']}>
        <Python python={snapshot.python} />
        <EnvironmentTable environment={snapshot.environment} />
      </div>
    </div>
  );
}

type Fact = readonly [name: string, value: string];

function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="fact-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Why something is not known. */
function Why({ of }: { readonly of: SnapshotPart<unknown> }): ReactNode {
  const { t } = useTexts();
  return of.why === null ? null : <p className="facts-note">{formatMessage(t, of.why)}</p>;
}

function Code({ git }: { readonly git: SnapshotPart<GitSnapshot> }): ReactNode {
  const { t, format } = useTexts();
  const { value } = git;
  return (
    <section className="facts" aria-label={t('run.snapshot.code')} data-testid="snapshot-code">
      <h2>{t('run.snapshot.code')}</h2>
      <Why of={git} />
      {value === null ? null : (
        <>
          {value.commit === null ? null : <Copyable text={value.commit} />}
          <Facts
            facts={[
              ...(value.commit === null ? ([[t('run.snapshot.commit'), t('run.snapshot.noCommit')]] as const) : []),
              [t('run.snapshot.branch'), value.branch ?? t('run.snapshot.detached')],
              [t('run.snapshot.remote'), value.remote ?? t('run.snapshot.noRemote')],
              [t('run.snapshot.root'), value.root],
              ...(value.changes.value === null
                ? []
                : ([
                    [t('run.snapshot.changed'), format.number(value.changes.value.changed, 0)],
                    [t('run.snapshot.untracked'), format.number(value.changes.value.untracked, 0)],
                  ] as const)),
            ]}
          />
          <Why of={value.changes} />
        </>
      )}
    </section>
  );
}

/** What the working tree had that no commit has. */
function Diff({ git: { value } }: { readonly git: SnapshotPart<GitSnapshot> }): ReactNode {
  const { t, format } = useTexts();
  if (value === null) return null;
  const { diff, changes } = value;
  const names = changes.value?.untrackedNames ?? [];
  const others = (changes.value?.untracked ?? 0) - names.length;
  return (
    <>
      <Why of={diff} />
      {diff.value === null || diff.value.text === '' ? null : (
        <details className={styles['details']} data-testid="snapshot-diff">
          <summary>{t('run.snapshot.diff', { count: changes.value?.changed ?? 0 })}</summary>
          {diff.value.isCut ? <p className="facts-note">{t('run.snapshot.diffCut')}</p> : null}
          <pre className={styles['lines']} tabIndex={0}>
            {diff.value.text}
          </pre>
        </details>
      )}
      {names.length === 0 ? null : (
        <details className={styles['details']}>
          <summary>{t('run.snapshot.untrackedFiles', { count: changes.value?.untracked ?? 0 })}</summary>
          <pre className={styles['lines']} tabIndex={0}>
            {names.join('\n')}
          </pre>
          {others > 0 ? <p className="facts-note">{t('run.snapshot.more', { count: others, number: format.number(others, 0) })}</p> : null}
        </details>
      )}
    </>
  );
}

function Machine({ machine }: { readonly machine: MachineSnapshot }): ReactNode {
  const { t, format } = useTexts();
  const { cpu, processors, gpus, driver } = machine;
  return (
    <section className="facts" aria-label={t('run.snapshot.machine')} data-testid="snapshot-machine">
      <h2>{t('run.snapshot.machine')}</h2>
      <Facts
        facts={[
          [t('run.snapshot.host'), machine.host],
          [t('run.snapshot.system'), `${machine.system} ${machine.release} ${machine.architecture}`],
          [t('run.snapshot.cpu'), cpu ?? t('run.snapshot.unknown')],
          [t('run.snapshot.processors'), format.number(processors, 0)],
          [t('run.snapshot.memory'), format.withUnit(format.quantity(machine.memoryBytes, 'B', 0))],
          [t('run.snapshot.gpus'), gpus.length === 0 ? t('run.snapshot.noGpus') : gpus.map(deviceName).join('\n')],
          ...(driver.value === null ? [] : ([[t('run.snapshot.driver'), driver.value]] as const)),
        ]}
      />
      {gpus.length === 0 ? null : <Why of={driver} />}
    </section>
  );
}

interface NamedText {
  readonly name: string;
  readonly value: string;
}

const nameOf = ({ name }: NamedText): string => name;

function useNamedColumns(name: string, value: string): readonly DataColumn<NamedText>[] {
  return useMemo(
    () => [
      { id: 'name', name, role: 'head', value: nameOf },
      { id: 'value', name: value, value: (row) => row.value, wraps: true, grows: true },
    ],
    [name, value],
  );
}

const NO_PACKAGES: readonly { readonly name: string; readonly version: string }[] = [];

function Python({ python }: { readonly python: SnapshotPart<PythonSnapshot> }): ReactNode {
  const { t } = useTexts();
  const { value } = python;
  const packages = value?.packages.value ?? NO_PACKAGES;
  const rows = useMemo(() => packages.map(({ name, version }): NamedText => ({ name, value: version })), [packages]);
  const columns = useNamedColumns(t('run.snapshot.package'), t('run.snapshot.version'));
  return (
    <section className="facts" aria-label={t('run.snapshot.python')} data-testid="snapshot-python">
      <h2>{t('run.snapshot.python')}</h2>
      <Why of={python} />
      {value === null ? null : (
        <>
          <Facts
            facts={[
              [t('run.snapshot.version'), `${value.implementation} ${value.version}`],
              [t('run.snapshot.executable'), value.executable],
              [t('run.snapshot.prefix'), value.prefix],
            ]}
          />
          <Why of={value.packages} />
          {rows.length === 0 ? null : (
            <DataTable
              id="snapshot-packages"
              label={t('run.snapshot.packages')}
              columns={columns}
              rows={rows}
              rowId={nameOf}
              isDense
              className={styles['table'] ?? ''}
              testId="snapshot-packages"
            />
          )}
        </>
      )}
    </section>
  );
}

function EnvironmentTable({ environment }: { readonly environment: RunSnapshot['environment'] }): ReactNode {
  const { t } = useTexts();
  const rows = useMemo(() => Object.entries(environment).map(([name, value]): NamedText => ({ name, value })), [environment]);
  const columns = useNamedColumns(t('run.snapshot.variable'), t('run.snapshot.value'));
  return (
    <section className="facts" aria-label={t('run.snapshot.environment')}>
      <h2>{t('run.snapshot.environment')}</h2>
      <p className="facts-note">{t('run.snapshot.masked')}</p>
      <DataTable
        id="snapshot-environment"
        label={t('run.snapshot.environment')}
        columns={columns}
        rows={rows}
        rowId={nameOf}
        isDense
        testId="snapshot-environment"
      />
    </section>
  );
}
