import { useDeferredValue, useId, useMemo, useState, type ReactNode } from 'react';
import { LOCAL_NODE, nodeOf, type TreeNode } from '@shared/model/device-tree';
import { MAX_SERIES_PER_QUERY, type Series } from '@shared/model/series';
import { metricName, useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { ProvenanceMark } from '../../ui/Provenance';
import { groupSeries } from './groups';
import { deviceName } from './panes';
import { openFor, pathTexts, searchSeries, seriesTree, type SeriesBranch } from './series-tree';

/** Rows of a search's answer; more nobody reads, and a page of thousands is slow. */
const MAX_FOUND = 200;

interface SeriesPickerProps {
  readonly series: readonly Series[];
  readonly places: readonly TreeNode[];
  readonly selected: readonly number[];
  readonly onSelect: (ids: readonly number[]) => void;
}

/** Every series ever recorded: of one machine by kind, of a room by where it hangs; with a search that looks at names, places, devices and labels. */
export function SeriesPicker({ series, places, selected, onSelect }: SeriesPickerProps): ReactNode {
  const { t, format } = useTexts();
  const searchId = useId();
  const [search, setSearch] = useState('');
  const asked = useDeferredValue(search.trim());
  const tree = useMemo(() => {
    const order = { compare: format.compare, nameOf: (entry: Series): string => metricName(t, entry) };
    if (places.some(({ kind, id }) => kind === 'node' && id !== LOCAL_NODE)) return seriesTree(places, series, order);
    return groupSeries(series, '', () => '', order).map(({ id, series: own }): SeriesBranch => ({
      id,
      name: null,
      group: id,
      branches: [],
      series: own,
      count: own.length,
    }));
  }, [format, places, series, t]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(['room', ...openFor(tree, new Set(selected))]));
  const found = useMemo(() => {
    if (asked === '') return null;
    const paths = pathTexts(places);
    return searchSeries(
      series,
      asked,
      (entry) => `${metricName(t, entry)} ${entry.metric} ${entry.device} ${entry.label} ${paths.get(nodeOf(entry.device) ?? '') ?? ''}`,
    );
  }, [asked, places, series, t]);
  const chosen = useMemo(() => new Set(selected), [selected]);
  const full = selected.length >= MAX_SERIES_PER_QUERY;
  const more = found?.filter(({ id }) => !chosen.has(id)) ?? [];

  const toggle = (id: string): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const row = (entry: Series): ReactNode => (
    <SeriesRow
      key={entry.id}
      entry={entry}
      checked={chosen.has(entry.id)}
      disabled={full && !chosen.has(entry.id)}
      onCheck={(on) => onSelect(on ? [...selected, entry.id] : selected.filter((id) => id !== entry.id))}
    />
  );

  return (
    <aside className="picker" aria-label={t('history.picker.title')}>
      <div className="picker-head">
        <label className="visually-hidden" htmlFor={searchId}>
          {t('history.picker.search')}
        </label>
        <span className="search">
          <Icon name="search" />
          <input
            id={searchId}
            type="search"
            value={search}
            placeholder={t('history.picker.search')}
            onChange={(event) => setSearch(event.target.value)}
          />
        </span>
        <div className="picker-count">
          <span>
            {full ? t('history.picker.full', { count: MAX_SERIES_PER_QUERY }) : t('history.picker.count', { count: selected.length })}
          </span>
          <Button tone="quiet" disabled={selected.length === 0} onClick={() => onSelect([])}>
            {t('history.picker.clear')}
          </Button>
        </div>
      </div>
      <div className="picker-groups">
        {found ? (
          <>
            {found.length === 0 ? <p className="facts-empty">{t('history.picker.nothing')}</p> : null}
            {more.length > 1 && selected.length + more.length <= MAX_SERIES_PER_QUERY ? (
              <Button
                tone="quiet"
                icon="plus"
                className="picker-all"
                onClick={() => onSelect([...selected, ...more.map(({ id }) => id)])}
                data-testid="picker-all"
              >
                {t('history.picker.all', { count: more.length })}
              </Button>
            ) : null}
            <ul>{found.slice(0, MAX_FOUND).map(row)}</ul>
            {found.length > MAX_FOUND ? (
              <p className="facts-empty picker-rest">{t('history.picker.rest', { count: found.length - MAX_FOUND })}</p>
            ) : null}
          </>
        ) : (
          tree.map((entry) => <Branch key={entry.id} entry={entry} depth={0} open={open} onToggle={toggle} row={row} />)
        )}
      </div>
    </aside>
  );
}

interface BranchProps {
  readonly entry: SeriesBranch;
  readonly depth: number;
  readonly open: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  readonly row: (entry: Series) => ReactNode;
}

/** A heading, and below it what it holds once it is opened. */
function Branch({ entry, depth, open, onToggle, row }: BranchProps): ReactNode {
  const { t } = useTexts();
  const shown = open.has(entry.id);
  return (
    <section className="picker-group">
      <h2>
        <button
          type="button"
          aria-expanded={shown}
          onClick={() => onToggle(entry.id)}
          style={depth === 0 ? undefined : { paddingLeft: 24 + depth * 12 }}
          data-branch={entry.id}
        >
          <span className="picker-arrow" aria-hidden />
          {entry.group === null ? entry.name : t(`history.group.${entry.group}`)}
          <span className="picker-number">{entry.count}</span>
        </button>
      </h2>
      {shown ? (
        <>
          {entry.series.length > 0 ? <ul>{entry.series.map(row)}</ul> : null}
          {entry.branches.map((below) => (
            <Branch key={below.id} entry={below} depth={depth + 1} open={open} onToggle={onToggle} row={row} />
          ))}
        </>
      ) : null}
    </section>
  );
}

function SeriesRow({
  entry,
  checked,
  disabled,
  onCheck,
}: {
  readonly entry: Series;
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly onCheck: (on: boolean) => void;
}): ReactNode {
  const { t } = useTexts();
  return (
    <li>
      <label className="picker-row" title={`${entry.device} · ${entry.label}`}>
        <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onCheck(event.target.checked)} />
        <span className="picker-metric">{metricName(t, entry)}</span>
        <span className="picker-device">{deviceName(entry)}</span>
        <ProvenanceMark provenance={entry.provenance} />
      </label>
    </li>
  );
}
