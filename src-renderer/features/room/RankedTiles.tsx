import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { toDevice } from '../../app/paths';
import { readTile, type MapMetric } from '../../data/map-metric';
import { isOutlier, type Deviation, type SiblingGroup } from '../../data/siblings';
import { stepOf } from '../../data/colour-scale';
import { groupName } from '../../i18n/deviation-text';
import { useTexts } from '../../i18n/use-texts';
import { useChanges } from '../../rpc/use-changes';
import { Button } from '../../ui/Button';
import { deviationsOf, readScale, SCORE_END } from './map-painter';
import { mapWords } from './map-words';
import type { Picking } from './picking';
import styles from './RankedTiles.module.css';
import type { MapTiles } from './use-map-tiles';
import { usePicks } from './use-picks';

interface RankedTilesProps {
  readonly map: MapTiles;
  readonly metric: MapMetric;
  readonly siblings: readonly (SiblingGroup | null)[];
  readonly picking: Picking;
}

/** So many are shown at first: what lies further down is like its siblings. */
const FIRST = 48;
/** The values are written once a second, their order less often, so that one can read and point at them. */
const VALUES_MS = 1_000;
const ORDER_MS = 5_000;

/** All tiles, the one furthest from its siblings first. */
export function RankedTiles({ map, metric, siblings, picking }: RankedTilesProps): ReactNode {
  const { live } = map;
  return live ? <Ranked map={{ ...map, live }} metric={metric} siblings={siblings} picking={picking} /> : null;
}

type LiveMap = MapTiles & { readonly live: NonNullable<MapTiles['live']> };

function Ranked({ map, metric, siblings, picking }: RankedTilesProps & { readonly map: LiveMap }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { devices, tiles, live, nowMs } = map;
  const [isWhole, setWhole] = useState(false);
  const root = useRef<HTMLOListElement>(null);
  useChanges(live, VALUES_MS);
  usePicks(root, picking);
  const now = Math.max(nowMs(), live.nowMs ?? 0);
  const found = deviationsOf(
    { metric, siblings },
    tiles.map(({ series }) => readTile(metric, series, (id) => live.get(id), now)),
  );
  const order = useOrder(root, found, siblings);
  const ranked = order.flatMap((i) => {
    const [device, deviation] = [devices[i], found[i]];
    return device && deviation ? [{ device, deviation, name: tiles[i]?.name ?? '' }] : [];
  });
  const outliers = ranked.filter(({ deviation }) => isOutlier(deviation)).length;
  const words = useMemo(() => mapWords(texts, metric), [texts, metric]);
  return (
    <div className={styles['ranked']} data-testid="ranked">
      <p className={styles['note']}>
        {outliers === 0 ? t('map.ranked.none', { count: ranked.length }) : t('map.ranked.some', { outliers, count: ranked.length })}
      </p>
      <ol ref={root} className={styles['list']} aria-label={t('map.ranked')}>
        {(isWhole ? ranked : ranked.slice(0, FIRST)).map(({ device, deviation, name }) => (
          <li key={device.device}>
            <a
              className={styles['card']}
              href={toDevice(device.device)}
              data-device={device.device}
              data-outlier={isOutlier(deviation) || undefined}
              aria-label={`${name}: ${words.deviation(deviation)}`}
            >
              <Score deviation={deviation} text={words.score(deviation.score)} />
              <span className={styles['name']}>{name.split(' · ').slice(0, 3).join(' · ')}</span>
              <span className={styles['value']}>{words.value(deviation.value)}</span>
              <span className={styles['siblings']}>
                {t('map.ranked.of', {
                  median: words.value(deviation.median),
                  count: deviation.count,
                  group: groupName(t, deviation.group),
                })}
              </span>
            </a>
          </li>
        ))}
      </ol>
      {ranked.length > FIRST ? (
        <Button tone="quiet" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('map.ranked.less') : t('map.ranked.all', { count: ranked.length })}
        </Button>
      ) : null}
    </div>
  );
}

function Score({ deviation, text }: { readonly deviation: Deviation; readonly text: string }): ReactNode {
  const element = useRef<HTMLSpanElement>(null);
  const step = stepOf(deviation.score, -SCORE_END, SCORE_END);
  useEffect(() => {
    if (!element.current) return;
    const { fills, inks } = readScale(element.current, 'deviation');
    element.current.style.backgroundColor = fills[step] ?? '';
    element.current.style.color = inks[step] ?? '';
  }, [step]);
  return (
    <span ref={element} className={styles['score']}>
      {text}
    </span>
  );
}

/** Indices, the furthest first; renewed from time to time, but never under a pointer or a focus. */
function useOrder(
  root: { readonly current: HTMLElement | null },
  found: readonly (Deviation | null)[],
  siblings: readonly (SiblingGroup | null)[],
): readonly number[] {
  const newest = useRef(found);
  useEffect(() => {
    newest.current = found;
  });
  const [order, setOrder] = useState<{ readonly of: unknown; readonly indices: readonly number[] }>({ of: null, indices: [] });
  const hasScores = found.some((entry) => entry !== null);
  useEffect(() => {
    if (!hasScores) return;
    const sort = (): void => setOrder({ of: siblings, indices: sorted(newest.current) });
    sort();
    const timer = setInterval(() => {
      const list = root.current;
      if (!list || (!list.matches(':hover') && !list.contains(document.activeElement))) sort();
    }, ORDER_MS);
    return () => clearInterval(timer);
  }, [root, siblings, hasScores]);
  return order.of === siblings ? order.indices : [];
}

function sorted(found: readonly (Deviation | null)[]): number[] {
  const away = (i: number): number => Math.abs(found[i]?.score ?? -1);
  return found.map((_, i) => i).sort((a, b) => away(b) - away(a) || a - b);
}
