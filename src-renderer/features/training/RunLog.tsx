import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { LogLine } from '@shared/model/run-log';
import { RunLogStore } from '../../data/run-log';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { drawnHeight, rowsInSight, topOf, type LogView } from './log-rows';
import { RunLogTools } from './RunLogTools';
import './run-log.css';

/** As in run-log.css. */
const ROW_PX = 17;
const NEAR_END_PX = 24;

/** The whole log of a run, of which only the lines in sight are asked for and drawn; follows the newest until it is scrolled up. */
export function RunLog({ runId, following }: { readonly runId: string; readonly following: boolean }): ReactNode {
  const { client } = useServices();
  const store = useDisposable(useCallback(() => new RunLogStore(client, runId), [client, runId]));
  return store ? <LogView store={store} following={following} /> : null;
}

function LogView({ store, following }: { readonly store: RunLogStore; readonly following: boolean }): ReactNode {
  const { t, format } = useTexts();
  const { extent, error } = useReadable(store);
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<LogView>({ topPx: 0, heightPx: 0 });
  const [follows, setFollows] = useState(true);
  const [marked, setMarked] = useState<number | null>(null);
  const rows = store.rowCount;
  const heightPx = drawnHeight(rows, ROW_PX);
  const { from, to, offsetPx } = rowsInSight(rows, ROW_PX, view);

  const look = useCallback((): void => {
    const element = box.current;
    if (element) setView({ topPx: element.scrollTop, heightPx: element.clientHeight });
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [look]);
  useLayoutEffect(() => {
    if (!follows || !box.current) return;
    box.current.scrollTop = box.current.scrollHeight;
    look();
  }, [follows, rows, look]);
  useEffect(() => store.want(from, to), [store, from, to, rows]);

  const goTo = (seq: number): void => {
    setFollows(false);
    setMarked(seq);
    if (!box.current) return;
    box.current.scrollTop = topOf(store.rowOf(seq), rows, ROW_PX, box.current.clientHeight);
    look();
  };

  return (
    <section className="run-log" aria-label={t('run.log.title')}>
      <div className="toolbar">
        <h2>{t('run.log.title')}</h2>
        <span className="toolbar-hint">
          {t('run.log.count', { count: extent?.lastLine ?? 0, shown: format.number(extent?.lastLine ?? 0, 0) })}
        </span>
        <span className="toolbar-end">
          {rows > 0 ? <RunLogTools store={store} marked={marked} firstSeen={firstSeq(store, from, to)} onFound={goTo} /> : null}
          {follows || !following ? null : <Button onClick={() => setFollows(true)}>{t('run.log.follow')}</Button>}
        </span>
      </div>
      {error ? <p className="facts-empty">{formatMessage(t, error.localized)}</p> : null}
      <div
        ref={box}
        className="log-lines"
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t('run.log.title')}
        onScroll={(event) => {
          const element = event.currentTarget;
          setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
          look();
        }}
      >
        {extent !== null && rows === 0 ? <p className="facts-empty">{t('run.log.empty')}</p> : null}
        <div className="log-all" style={{ height: heightPx }}>
          <div className="log-seen" style={{ transform: `translateY(${offsetPx}px)` }}>
            {Array.from({ length: to - from }, (_, i) => (
              <LogRowView key={from + i} store={store} index={from + i} marked={marked} />
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}

/** Drawn anew with the list: the row of a line stays, what is known of it may not. */
function LogRowView({
  store,
  index,
  marked,
}: {
  readonly store: RunLogStore;
  readonly index: number;
  readonly marked: number | null;
}): ReactNode {
  const { t, format } = useTexts();
  const row = store.row(index);
  if (row.t === 'dropped') {
    const count = row.toLine - row.fromLine + 1;
    return <div className="log-line log-dropped">{t('run.log.dropped', { count, shown: format.number(count, 0) })}</div>;
  }
  if (row.t === 'loading') return <div className="log-line log-loading" aria-busy="true" />;
  return <LineView line={row.line} isMarked={row.line.seq === marked} />;
}

function LineView({ line, isMarked }: { readonly line: LogLine; readonly isMarked: boolean }): ReactNode {
  const { t, format } = useTexts();
  return (
    <div className={`log-line log-${line.source}`} data-seq={line.seq} aria-current={isMarked || undefined}>
      <time title={format.dateTime(line.atMs)}>{format.time(line.atMs)}</time>
      <span className="log-source">{t(`run.log.source.${line.source}`)}</span>
      <span className="log-text">{line.text}</span>
    </div>
  );
}

/** The first line in sight, where a search begins. */
function firstSeq(store: RunLogStore, from: number, to: number): number {
  for (let index = from; index < to; index++) {
    const row = store.row(index);
    if (row.t === 'line') return row.line.seq;
    if (row.t === 'loading') return row.seq;
  }
  return 1;
}
