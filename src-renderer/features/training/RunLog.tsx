import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { LogLine } from '@shared/model/run';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';

const NEAR_END_PX = 24;

/** The last lines of the run; follows the newest until it is scrolled up. */
export function RunLog({ lines, following }: { readonly lines: readonly LogLine[]; readonly following: boolean }): ReactNode {
  const { t, format } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);

  useLayoutEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follows]);

  return (
    <section className="run-log" aria-label={t('run.log.title')}>
      <div className="toolbar">
        <h2>{t('run.log.title')}</h2>
        <span className="toolbar-hint">{t('run.log.count', { count: lines.length })}</span>
        {follows || !following ? null : (
          <span className="toolbar-end">
            <Button onClick={() => setFollows(true)}>{t('run.log.follow')}</Button>
          </span>
        )}
      </div>
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
        }}
      >
        {lines.length === 0 ? <p className="facts-empty">{t('run.log.empty')}</p> : null}
        {lines.map((line) => (
          <div key={line.seq} className={`log-line log-${line.source}`}>
            <time>{format.time(line.atMs)}</time>
            <span className="log-source">{t(`run.log.source.${line.source}`)}</span>
            <span className="log-text">{line.text}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
