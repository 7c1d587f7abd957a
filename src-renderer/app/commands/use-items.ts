import { useEffect, useMemo, useState } from 'react';
import { ownId, pathText } from '@shared/model/device-tree';
import type { RunRow } from '@shared/model/run-list';
import { newestFirst } from '@shared/model/run-list';
import type { Series } from '@shared/model/series';
import { writeShare } from '../../data/history-link';
import { recipeName } from '../../i18n/run-names';
import { metricName, useTexts, type Translate } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useValue } from '../../rpc/hooks';
import { valueOf } from '../../data/loadable';
import { toDevice, toHistory, toRun } from '../paths';
import { go } from '../router';
import { commands } from './commands';
import type { CommandContext } from './command';
import type { PaletteItem } from './find';
import { keyFor } from './keys';
import { useShortcutSettings } from './use-shortcuts';

const RUNS = 8;
const REST_MS = 120;
const METRIC_SPAN_MS = 3_600_000;
/** Of one metric, as many lines as can still be told apart. */
const MAX_LINES = 32;

/** Everything that can be chosen but runs, which may be very many. */
export function useItems(context: CommandContext): readonly PaletteItem[] {
  const { t } = useTexts();
  const services = useServices();
  const shortcuts = useShortcutSettings();
  const tree = useValue(services.tree);
  const series = valueOf(useReadable(services.series));
  return useMemo(() => {
    const acts = commands
      .filter(({ id }) => id !== 'palette')
      .map((command): PaletteItem => ({
        id: command.id,
        kind: command.id.startsWith('page.') ? 'page' : 'action',
        icon: command.icon,
        title: t(command.title),
        detail: '',
        also: t(command.title, { lng: 'en' }),
        key: keyFor(command, shortcuts),
        act: () => command.run(context),
      }));
    const devices = (tree?.devices ?? []).map(({ device, label, kind }): PaletteItem => ({
      id: `device:${device}`,
      kind: 'device',
      icon: 'room',
      title:
        kind === 'host'
          ? (pathText(tree?.places ?? [], device, label)
              .split(' · ')
              .at(-1) ?? device)
          : ownId(device),
      detail: pathText(tree?.places ?? [], device, label),
      also: device,
      key: null,
      act: () => go(toDevice(device)),
    }));
    return [...acts, ...devices, ...metricItems(t, series ?? [])];
  }, [t, context, shortcuts, tree, series]);
}

/** A metric by its name, opened in History with the devices that have it. */
function metricItems(t: Translate, series: readonly Series[]): readonly PaletteItem[] {
  const byMetric = new Map<string, Series[]>();
  for (const entry of series) byMetric.set(entry.metric, [...(byMetric.get(entry.metric) ?? []), entry]);
  return [...byMetric].map(([metric, own]): PaletteItem => {
    const shown = own.slice(0, MAX_LINES).map(({ device }) => ({ device, metric }));
    return {
      id: `metric:${metric}`,
      kind: 'metric',
      icon: 'history',
      title: own[0] ? metricName(t, own[0]) : metric,
      detail: t('command.metric.series', { count: own.length }),
      also: metric,
      key: null,
      act: () => go(toHistory(writeShare({ window: { mode: 'live', spanMs: METRIC_SPAN_MS }, series: shown, compare: null }))),
    };
  });
}

/** The runs that the core finds by a text, the newest where there is none. */
export function useFoundRuns(text: string): readonly PaletteItem[] {
  const { t } = useTexts();
  const { client } = useServices();
  const [rows, setRows] = useState<readonly RunRow[]>([]);
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(() => {
      const filter = text === '' ? {} : { text };
      client.call('runs.list', { filter, sort: newestFirst, offset: 0, limit: RUNS }).then(
        (page) => {
          if (isWanted) setRows(page.rows);
        },
        // The palette goes on without runs; their page says why there are none.
        () => undefined,
      );
    }, REST_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [client, text]);
  return useMemo(
    () =>
      rows.map((run): PaletteItem => ({
        id: `run:${run.id}`,
        kind: 'run',
        icon: 'training',
        title: run.name ?? `${recipeName(t, run.recipe)} ${run.id.slice(0, 8)}`,
        detail: t(`run.status.${run.status}`),
        also: [run.id, ...run.tags].join(' '),
        key: null,
        act: () => go(toRun(run.id)),
      })),
    [t, rows],
  );
}
