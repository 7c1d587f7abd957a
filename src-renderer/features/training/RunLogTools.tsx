import { useState, type ReactNode } from 'react';
import type { RunLogStore } from '../../data/run-log';
import { onDay, parseMoment } from '../../i18n/moments';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { IconButton } from '../../ui/Button';
import { MomentField } from '../../ui/MomentField';

interface RunLogToolsProps {
  readonly store: RunLogStore;
  /** The line found last. */
  readonly marked: number | null;
  /** The first line in sight. */
  readonly firstSeen: number;
  readonly onFound: (seq: number) => void;
}

/** Finds a text in the whole log, and the place of a time. */
export function RunLogTools({ store, marked, firstSeen, onFound }: RunLogToolsProps): ReactNode {
  const { t, format } = useTexts();
  const { telemetry } = useServices();
  const [openedMs] = useState(() => Date.now());
  const [time, setTime] = useState('');
  const [text, setText] = useState('');
  const [isMissing, setMissing] = useState(false);
  const nowMs = telemetry.nowMs ?? openedMs;
  const atMs = parseMoment(time, nowMs, format.zone);
  const settle = (seq: number | null): void => {
    setMissing(seq === null);
    if (seq !== null) onFound(seq);
  };
  // What became of a lost connection is told elsewhere.
  const ask = (answer: Promise<number | null>): void => void answer.then(settle, () => undefined);
  const find = (back: boolean): void => {
    if (text === '') return;
    if (back) return ask(store.find(text, { beforeLine: marked ?? firstSeen }));
    // At the end it begins anew from the first line.
    const from = marked === null ? firstSeen : marked + 1;
    ask(store.find(text, { fromLine: from }).then((seq) => seq ?? store.find(text, { fromLine: 1 })));
  };
  const goTo = (typed: string): void => {
    const wanted = parseMoment(typed, nowMs, format.zone);
    if (wanted !== null) ask(store.at(wanted));
  };
  return (
    <span className="log-tools">
      <input
        type="search"
        className="text-input log-find"
        value={text}
        maxLength={200}
        placeholder={t('run.log.find')}
        aria-label={t('run.log.find')}
        aria-invalid={isMissing || undefined}
        onChange={(event) => {
          setText(event.target.value);
          setMissing(false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) find(event.shiftKey);
        }}
      />
      <span className="log-missing" role="status">
        {isMissing ? t('run.log.missing') : null}
      </span>
      <IconButton icon="up" label={t('run.log.findBefore')} onClick={() => find(true)} />
      <IconButton icon="down" label={t('run.log.findNext')} onClick={() => find(false)} />
      {store.file !== null ? null : (
        <span className="log-time">
          <MomentField
            label={t('run.log.goTo')}
            text={time}
            atMs={atMs}
            nowMs={nowMs}
            invalid={time.trim() !== '' && atMs === null}
            testId="log-time"
            onText={setTime}
            onCommit={() => goTo(time)}
            onDay={(day) => {
              const at = onDay(day, atMs ?? nowMs, format.zone);
              setTime(at);
              goTo(at);
            }}
          />
        </span>
      )}
    </span>
  );
}
