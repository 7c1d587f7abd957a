import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { RunStatus } from '@shared/model/run';
import type { RunFacets } from '@shared/model/run-list';
import type { RunList } from '../../data/run-list';
import { useTexts } from '../../i18n/use-texts';
import { useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { TextInput } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { periods, periodStart, remembered, type Period } from './run-view';

/** How long typing rests before it is looked for, ms. */
const REST_MS = 250;

const states = ['any', 'active', 'succeeded', 'failed', 'stopped'] as const;
type State = (typeof states)[number];
const statusesOf: Readonly<Record<State, RunStatus[] | undefined>> = {
  any: undefined,
  active: ['queued', 'starting', 'running', 'stopping'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  stopped: ['stopped'],
};

interface RunFiltersProps {
  readonly list: RunList;
  readonly facets: RunFacets;
}

/** What the list is narrowed by: words, state, tag, time. */
export function RunFilters({ list, facets }: RunFiltersProps): ReactNode {
  const { t } = useTexts();
  const { filter } = useReadable(list.query);
  const [period, setPeriod] = useState<Period>(remembered.period);
  const [text, setText] = useState(filter.text ?? '');
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => (timer.current === null ? undefined : clearTimeout(timer.current)), []);

  const narrow = (change: Parameters<typeof withChange>[1]): void => list.change({ filter: withChange(list.query.get().filter, change) });
  const type = (typed: string): void => {
    setText(typed);
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => narrow({ text: typed.trim() === '' ? undefined : typed.trim() }), REST_MS);
  };
  const choosePeriod = (chosen: Period): void => {
    remembered.period = chosen;
    setPeriod(chosen);
    narrow({ fromMs: periodStart(chosen, Date.now()) });
  };
  const state = states.find((candidate) => statusesOf[candidate]?.join() === filter.status?.join()) ?? 'any';
  const tag = filter.tags?.[0] ?? '';

  return (
    <div className="run-filters" role="search" aria-label={t('training.filter.label')}>
      <TextInput
        label={t('training.filter.text')}
        placeholder={t('training.filter.text')}
        type="search"
        value={text}
        onText={type}
        testId="filter-text"
      />
      <Select<State>
        label={t('training.filter.status')}
        testId="filter-status"
        value={state}
        options={states.map((value) => ({ value, label: t(`training.filter.status.${value}`) }))}
        onChange={(value) => narrow({ status: statusesOf[value] })}
      />
      <Select
        label={t('training.filter.tag')}
        testId="filter-tag"
        value={tag}
        options={[
          { value: '', label: t('training.filter.tag.any') },
          ...facets.tags.map((facet) => ({
            value: facet.tag,
            label: t('training.filter.tag.count', { tag: facet.tag, count: facet.runs }),
          })),
          ...(tag === '' || facets.tags.some((facet) => facet.tag === tag) ? [] : [{ value: tag, label: tag }]),
        ]}
        onChange={(value) => narrow({ tags: value === '' ? undefined : [value] })}
      />
      <Select<Period>
        label={t('training.filter.period')}
        testId="filter-period"
        value={period}
        options={periods.map((value) => ({ value, label: t(`training.filter.period.${value}`) }))}
        onChange={choosePeriod}
      />
      {Object.values(filter).some((value) => value !== undefined) ? (
        <Button
          tone="quiet"
          icon="close"
          data-testid="filter-clear"
          onClick={() => {
            setText('');
            setPeriod('all');
            remembered.period = 'all';
            list.change({ filter: {} });
          }}
        >
          {t('training.filter.clear')}
        </Button>
      ) : null}
    </div>
  );
}

type Filter = ReturnType<RunList['query']['get']>['filter'];

function withChange(filter: Filter, change: { readonly [K in keyof Filter]: Filter[K] | undefined }): Filter {
  return Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined));
}
