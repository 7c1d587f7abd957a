import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ProgramMarks } from '@shared/model/mark';
import type { LogLine, RunLogFile } from '@shared/model/run-log';
import { valueOf } from '../../data/loadable';
import { RunLogStore } from '../../data/run-log';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable, useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { LogChooser } from './LogChooser';
import { drawnHeight, rowsInSight, topOf, type LogView } from './log-rows';
import { LineText } from './marks/LineText';
import type { MarkedNumber } from './marks/mark-form';
import { MarkDialog } from './marks/MarkDialog';
import { MarkList } from './marks/MarkList';
import { RunLogTools } from './RunLogTools';
import './run-log.css';

/** As in run-log.css. */
const ROW_PX = 17;
const NEAR_END_PX = 24;

interface RunLogProps {
  readonly runId: string;
  readonly following: boolean;
  readonly ofProgram: boolean;
}

/** The whole log of a run, of which only the lines in sight are asked for and drawn; follows the newest until it is scrolled up. */
export function RunLog({ runId, following, ofProgram }: RunLogProps): ReactNode {
  const { client } = useServices();
  const [file, setFile] = useState<string | null>(null);
  const store = useDisposable(useCallback(() => new RunLogStore(client, runId, file), [client, runId, file]));
  if (store === null) return null;
  return ofProgram ? (
    <ProgramLog key={file} store={store} runId={runId} following={following} onFile={setFile} />
  ) : (
    <LogView store={store} following={following} />
  );
}

const whole = (_: ProgramMarks | null, frame: ProgramMarks): ProgramMarks => frame;

const filesOf = (_: readonly RunLogFile[] | null, { files }: { readonly files: readonly RunLogFile[] }): readonly RunLogFile[] => files;

interface ProgramLogProps {
  readonly store: RunLogStore;
  readonly runId: string;
  readonly following: boolean;
  readonly onFile: (path: string | null) => void;
}

/** What a program printed, or a log that it wrote: a number in it can be given a name. */
function ProgramLog({ store, runId, following, onFile }: ProgramLogProps): ReactNode {
  const files = valueOf(
    useStream(
      'run.logFiles',
      useMemo(() => ({ runId }), [runId]),
      filesOf,
    ),
  );
  const marks = valueOf(
    useStream(
      'marks.live',
      useMemo(() => ({ runId }), [runId]),
      whole,
    ),
  );
  const [pressed, setPressed] = useState<MarkedNumber | null>(null);
  return (
    <>
      <LogView
        store={store}
        following={following}
        chooser={files === null || files.length === 0 ? null : <LogChooser files={files} file={store.file} onFile={onFile} />}
        list={marks === null || marks.rules.length === 0 ? null : <MarkList runId={runId} marks={marks} />}
        onNumber={marks === null ? null : setPressed}
      />
      {marks === null || pressed === null ? null : (
        <MarkDialog runId={runId} program={marks.program} from={pressed} onClose={() => setPressed(null)} />
      )}
    </>
  );
}

interface LogViewProps {
  readonly store: RunLogStore;
  readonly following: boolean;
  /** Stands in the place of the heading, where there are several logs. */
  readonly chooser?: ReactNode;
  /** Stands above the lines. */
  readonly list?: ReactNode;
  /** A number of a line was pressed; left out = none can be. */
  readonly onNumber?: ((pressed: MarkedNumber) => void) | null;
}

function LogView({ store, following, chooser = null, list = null, onNumber = null }: LogViewProps): ReactNode {
  const { t, format } = useTexts();
  const { extent, error } = useReadable(store);
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<LogView>({ topPx: 0, heightPx: 0 });
  const [follows, setFollows] = useState(true);
  const [marked, setMarked] = useState<number | null>(null);
  const [isPicking, setPicking] = useState(false);
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
        {chooser}
        <span className="toolbar-hint">
          {t('run.log.count', { count: extent?.lastLine ?? 0, shown: format.number(extent?.lastLine ?? 0, 0) })}
        </span>
        <span className="toolbar-end">
          {rows > 0 ? <RunLogTools store={store} marked={marked} firstSeen={firstSeq(store, from, to)} onFound={goTo} /> : null}
          {rows === 0 || onNumber === null ? null : (
            <Button
              aria-pressed={isPicking}
              icon="edit"
              data-testid="mark-pick"
              onClick={() => {
                setPicking(!isPicking);
                // What is to be pressed stands still.
                setFollows(false);
              }}
            >
              {t('marks.title')}
            </Button>
          )}
          {follows || !following ? null : <Button onClick={() => setFollows(true)}>{t('run.log.follow')}</Button>}
        </span>
      </div>
      {list}
      {isPicking ? (
        <p className="log-picking" role="status">
          {t('marks.picking')}
        </p>
      ) : null}
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
              <LogRowView key={from + i} store={store} index={from + i} marked={marked} onNumber={isPicking ? onNumber : null} />
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}

interface LogRowProps extends Pick<Required<LogViewProps>, 'store' | 'onNumber'> {
  readonly index: number;
  readonly marked: number | null;
}

/** Drawn anew with the list: the row of a line stays, what is known of it may not. */
function LogRowView({ store, index, marked, onNumber }: LogRowProps): ReactNode {
  const { t, format } = useTexts();
  const row = store.row(index);
  if (row.t === 'dropped') {
    const count = row.toLine - row.fromLine + 1;
    return <div className="log-line log-dropped">{t('run.log.dropped', { count, shown: format.number(count, 0) })}</div>;
  }
  if (row.t === 'loading') return <div className="log-line log-loading" aria-busy="true" />;
  return <LineView line={row.line} isOfFile={store.file !== null} isMarked={row.line.seq === marked} onNumber={onNumber} />;
}

interface LineViewProps extends Pick<LogRowProps, 'onNumber'> {
  readonly line: LogLine;
  /** It tells neither when it was written nor to which output. */
  readonly isOfFile: boolean;
  readonly isMarked: boolean;
}

function LineView({ line, isOfFile, isMarked, onNumber }: LineViewProps): ReactNode {
  const { t, format } = useTexts();
  return (
    <div className={`log-line log-${isOfFile ? 'file' : line.source}`} data-seq={line.seq} aria-current={isMarked || undefined}>
      {isOfFile ? null : (
        <>
          <time title={format.dateTime(line.atMs)}>{format.time(line.atMs)}</time>
          <span className="log-source">{t(`run.log.source.${line.source}`)}</span>
        </>
      )}
      {onNumber === null || (line.source !== 'stdout' && line.source !== 'stderr') ? (
        <span className="log-text">{line.text}</span>
      ) : (
        <LineText text={line.text} onNumber={(number) => onNumber({ line: line.text, number })} />
      )}
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
