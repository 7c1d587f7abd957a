import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Run } from '@shared/model/run';
import { toCompare, toPage, toRun } from '../../../app/paths';
import { go, writeAddress } from '../../../app/router';
import { recipeName } from '../../../i18n/run-names';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Translate } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { Copyable } from '../../../ui/Copyable';
import { Dialog } from '../../../ui/Dialog';
import { EmptyState } from '../../../ui/EmptyState';
import { Skeleton } from '../../../ui/Skeleton';
import { Icon } from '../../../ui/Icon';
import { Tabs } from '../../../ui/Tabs';
import { shortId } from '../run-figures';
import { compareTabs, MAX_COMPARED, readCompare, runsOf, without, writeCompare, type CompareView } from './address';
import { chosenRuns } from './compare-choice';
import { lookAt, type RunLook } from './compare-panes';
import { CompareCharts } from './CompareCharts';
import { CompareTable } from './CompareTable';
import { CompareParallel } from './CompareParallel';
import { RunSet, type RunSetState } from './run-set';
import styles from './compare.module.css';

/** How long the view rests before it is written into the address, ms: a slider moves many times a second. */
const REST_MS = 200;

/** Several runs beside each other: their curves, what they differ in, and how that goes together. `view` = what stands behind `?` in the address. */
export function ComparePage({ view: shown }: { readonly view: string | null }): ReactNode {
  const address = shown ?? '';
  const { client } = useServices();
  const set = useDisposable(useCallback(() => new RunSet(client), [client]));
  const said = useMemo(() => readCompare(address), [address]);
  const [draft, setDraft] = useState<{ readonly base: string; readonly view: CompareView } | null>(null);
  const view = draft !== null && draft.base === address ? draft.view : said;
  const change = useCallback(
    (part: Partial<CompareView>): void => setDraft({ base: address, view: { ...view, ...part } }),
    [address, view],
  );
  useEffect(() => {
    if (draft === null || draft.base !== address) return;
    const written = writeCompare(draft.view);
    if (written === address) return;
    const timer = setTimeout(() => writeAddress(toCompare(written), false), REST_MS);
    return () => clearTimeout(timer);
  }, [draft, address]);
  return set === null ? null : <Compared set={set} view={view} onChange={change} />;
}

interface ComparedProps {
  readonly set: RunSet;
  readonly view: CompareView;
  readonly onChange: (part: Partial<CompareView>) => void;
}

function Compared({ set, view, onChange }: ComparedProps): ReactNode {
  const { t } = useTexts();
  const state = useReadable(set.state);
  const ids = runsOf(view).join('\n');
  useEffect(() => set.show(ids === '' ? [] : ids.split('\n')), [set, ids]);
  if (ids === '') return <NoRuns title={t('compare.none.title')} />;
  if (state.state === 'loading') return <Skeleton lines={12} />;
  if (state.state === 'failed') {
    return (
      <EmptyState page icon="training" tone="bad" title={t('compare.failed')} action={<a href={toPage('training')}>{t('run.back')}</a>}>
        {formatMessage(t, state.error.localized)}
      </EmptyState>
    );
  }
  if (state.value.runs.size === 0) return <NoRuns title={t('run.gone.title')} />;
  return <Comparison state={state.value} view={view} onChange={onChange} />;
}

function NoRuns({ title }: { readonly title: string }): ReactNode {
  const { t } = useTexts();
  return (
    <EmptyState page icon="training" title={title} action={<a href={toPage('training')}>{t('compare.choose')}</a>}>
      {t('compare.none.step')}
    </EmptyState>
  );
}

interface ComparisonProps extends Omit<ComparedProps, 'set'> {
  readonly state: RunSetState;
}

function Comparison({ state, view, onChange }: ComparisonProps): ReactNode {
  const { t } = useTexts();
  /** Those that were marked in the parallel coordinates; null = all. */
  const [marked, setMarked] = useState<ReadonlySet<string> | null>(null);
  const { places } = view;
  const all = useMemo(
    () =>
      places.flatMap((id, place) => {
        const run = id === null ? undefined : state.runs.get(id);
        return run === undefined ? [] : [{ run, look: { id: run.id, label: nameOf(t, run), ...lookAt(place) } }];
      }),
    [places, state, t],
  );
  const shown = useMemo(() => (marked === null ? all : all.filter(({ run }) => marked.has(run.id))), [all, marked]);
  const remove = (runId: string): void => onChange({ places: without(places, runId) });
  const keepMarked = (): void => {
    onChange({ places: places.map((id) => (id !== null && marked?.has(id) === true ? id : null)) });
    setMarked(null);
  };
  return (
    <div className={styles['page']} data-testid="compare">
      <header className={styles['head']}>
        <div className={styles['title']}>
          <a className="back-link" href={toPage('training')} aria-label={t('run.back')} title={t('run.back')}>
            <Icon name="back" size={18} />
          </a>
          <h1>{t('compare.title')}</h1>
          <span className="page-note">{t('compare.count', { count: all.length })}</span>
          <span className="toolbar-end">
            <LinkButton view={view} />
            <Button
              icon="plus"
              disabled={all.length >= MAX_COMPARED}
              data-testid="compare-add"
              onClick={() => {
                chosenRuns.set(all.map(({ run }) => run.id));
                go(toPage('training'));
              }}
            >
              {t('compare.add')}
            </Button>
          </span>
        </div>
        <RunChips runs={all.map(({ look }) => look)} marked={marked} onRemove={remove} />
        {state.missing.size > 0 ? (
          <p className={styles['note']} role="status">
            {t('compare.missing', { count: state.missing.size })}{' '}
            <Button
              tone="quiet"
              onClick={() => onChange({ places: places.map((id) => (id !== null && state.missing.has(id) ? null : id)) })}
            >
              {t('compare.missing.remove')}
            </Button>
          </p>
        ) : null}
        {marked === null ? null : (
          <p className={styles['note']} role="status" data-testid="compare-marked">
            {t('compare.marked', { count: shown.length, all: all.length })}{' '}
            <Button tone="quiet" disabled={shown.length === 0} onClick={keepMarked}>
              {t('compare.marked.keep')}
            </Button>
            <Button tone="quiet" onClick={() => setMarked(null)} data-testid="compare-unmark">
              {t('compare.marked.all')}
            </Button>
          </p>
        )}
        {all.length === 1 ? (
          <p className={styles['note']} role="status">
            {t('compare.one')} <a href={toPage('training')}>{t('compare.choose')}</a>
          </p>
        ) : null}
      </header>
      <Tabs
        label={t('compare.tabs')}
        current={view.tab}
        tabs={compareTabs.map((tab) => ({ id: tab, label: t(`compare.tab.${tab}`), href: toCompare(writeCompare({ ...view, tab })) }))}
        onOpen={(tab) => onChange({ tab })}
      >
        <h2 className="visually-hidden">{t(`compare.tab.${view.tab}`)}</h2>
        {view.tab === 'curves' ? <CompareCharts runs={shown} view={view} onChange={onChange} /> : null}
        {view.tab === 'table' ? <CompareTable runs={shown} view={view} onChange={onChange} onRemove={remove} /> : null}
        {view.tab === 'parallel' ? (
          <CompareParallel runs={all} marked={marked} onMark={setMarked} colour={view.colour} onColour={(colour) => onChange({ colour })} />
        ) : null}
      </Tabs>
    </div>
  );
}

/** What a run is called among others: its recipe alone would be the name of many. */
function nameOf(t: Translate, run: Run): string {
  return run.name ?? `${recipeName(t, run.recipe, 'short')} ${shortId(run)}`;
}

interface RunChipsProps {
  readonly runs: readonly RunLook[];
  readonly marked: ReadonlySet<string> | null;
  readonly onRemove: (runId: string) => void;
}

/** The runs with their colours: the legend of the whole page. */
function RunChips({ runs, marked, onRemove }: RunChipsProps): ReactNode {
  const { t } = useTexts();
  return (
    <ul className={styles['chips']} aria-label={t('compare.runs')} tabIndex={0}>
      {runs.map(({ id, label, colour, dashed }) => (
        <li key={id} className={styles['chip']} data-run={id} data-dimmed={marked !== null && !marked.has(id) ? true : undefined}>
          <span className={`swatch swatch-${colour}${dashed ? ' swatch-dashed' : ''}`} aria-hidden />
          <a href={toRun(id)} title={label}>
            {label}
          </a>
          <IconButton icon="close" label={t('compare.remove', { name: label })} onClick={() => onRemove(id)} />
        </li>
      ))}
    </ul>
  );
}

/** The comparison as an address that can be handed on. */
function LinkButton({ view }: { readonly view: CompareView }): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="link" onClick={() => setOpen(true)} data-testid="compare-link">
        {t('compare.link')}
      </Button>
      {open ? (
        <Dialog
          title={t('compare.link.title')}
          onClose={() => setOpen(false)}
          actions={<Button onClick={() => setOpen(false)}>{t('ui.close')}</Button>}
        >
          <p className="section-note">{t('compare.link.note')}</p>
          <Copyable text={toCompare(writeCompare(view))} />
        </Dialog>
      ) : null}
    </>
  );
}
