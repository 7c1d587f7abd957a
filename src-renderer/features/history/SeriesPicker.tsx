import { useId, useState, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { ProvenanceMark } from '../../ui/Provenance';
import { deviceName } from './panes';
import { groupOf, groupSeries, type GroupId } from './groups';

/** More lines than this nobody can tell apart. */
const MAX_SELECTED = 24;

interface SeriesPickerProps {
  readonly series: readonly Series[];
  readonly selected: readonly number[];
  readonly onSelect: (ids: readonly number[]) => void;
}

/** Every series ever recorded, by heading, with a search that looks at names, devices and labels. */
export function SeriesPicker({ series, selected, onSelect }: SeriesPickerProps): ReactNode {
  const { t } = useTexts();
  const searchId = useId();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<ReadonlySet<GroupId>>(() => new Set<GroupId>(['room', ...series.filter((entry) => selected.includes(entry.id)).map((entry) => groupOf(entry.device))]));
  const groups = groupSeries(series, search, (entry) => `${t(`metric.${entry.metric}`)} ${entry.metric} ${entry.device} ${entry.label}`);
  const chosen = new Set(selected);
  const full = selected.length >= MAX_SELECTED;

  const toggleGroup = (id: GroupId): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };

  return (
    <aside className="picker" aria-label={t('history.picker.title')}>
      <div className="picker-head">
        <label className="visually-hidden" htmlFor={searchId}>
          {t('history.picker.search')}
        </label>
        <span className="search">
          <Icon name="search" />
          <input id={searchId} type="search" value={search} placeholder={t('history.picker.search')} onChange={(event) => setSearch(event.target.value)} />
        </span>
        <div className="picker-count">
          <span>{full ? t('history.picker.full', { count: MAX_SELECTED }) : t('history.picker.count', { count: selected.length })}</span>
          <Button tone="quiet" disabled={selected.length === 0} onClick={() => onSelect([])}>
            {t('history.picker.clear')}
          </Button>
        </div>
      </div>
      <div className="picker-groups">
        {groups.length === 0 ? <p className="facts-empty">{t('history.picker.nothing')}</p> : null}
        {groups.map((group) => {
          const shown = search.trim() !== '' || open.has(group.id);
          return (
            <section key={group.id} className="picker-group">
              <h2>
                <button type="button" aria-expanded={shown} onClick={() => toggleGroup(group.id)}>
                  <span className="picker-arrow" aria-hidden />
                  {t(`history.group.${group.id}`)}
                  <span className="picker-number">{group.series.length}</span>
                </button>
              </h2>
              {shown ? (
                <ul>
                  {group.series.map((entry) => (
                    <li key={entry.id}>
                      <label className="picker-row" title={`${entry.device} · ${entry.label}`}>
                        <input
                          type="checkbox"
                          checked={chosen.has(entry.id)}
                          disabled={full && !chosen.has(entry.id)}
                          onChange={(event) => onSelect(event.target.checked ? [...selected, entry.id] : selected.filter((id) => id !== entry.id))}
                        />
                        <span className="picker-metric">{t(`metric.${entry.metric}`)}</span>
                        <span className="picker-device">{deviceName(entry)}</span>
                        <ProvenanceMark provenance={entry.provenance} />
                      </label>
                    </li>
                  ))}
                </ul>
              ) : null}
            </section>
          );
        })}
      </div>
    </aside>
  );
}
