import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { CommandInput } from '@shared/contract';
import { PRIORITY_MAX } from '@shared/model/launch';
import type { RunRow } from '@shared/model/run-list';
import { containsMessage } from '@shared/text/message';
import { toRun } from '../../app/paths';
import { toAppError } from '../../data/loadable';
import { errorText } from '../../i18n/error-text';
import { formatMessage } from '../../i18n/format-message';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { NumberInput } from '../../ui/Field';
import { useToast } from '../../ui/Toasts';
import { inQueue, placeOf } from './queue';
import { shortId } from './run-figures';
import styles from './QueuePanel.module.css';

type Change = 'runs.move' | 'runs.priority' | 'runs.startNow' | 'runs.stop';

/** What waits, the next first, and why; a person can put it in another order, let one begin, or take one out. */
export function QueuePanel(): ReactNode {
  const { t } = useTexts();
  const { client, runs } = useServices();
  const toast = useToast();
  const waiting = inQueue(useValue(runs) ?? []);
  const list = useRef<HTMLOListElement>(null);
  /** The button that moved a row: a row that moves loses the focus. */
  const pressed = useRef<string | null>(null);
  const order = waiting.map(({ id }) => id).join(' ');
  useEffect(() => {
    const testId = pressed.current;
    if (testId === null || (document.activeElement !== document.body && document.activeElement !== null)) return;
    list.current?.querySelector<HTMLElement>(`[data-testid="${CSS.escape(testId)}"]`)?.focus();
  }, [order]);
  if (waiting.length === 0) return null;

  const ask = <N extends Change>(name: N, input: CommandInput<N>, testId: string | null = null): void => {
    pressed.current = testId;
    client.call(name, input).catch((error: unknown) => toast(({ t }) => errorText(t, toAppError(error)), 'bad'));
  };
  const move = (index: number, by: 1 | -1, testId: string): void => {
    const run = waiting[index];
    const before = placeOf(waiting, index, by);
    if (run !== undefined && before !== undefined) ask('runs.move', { runId: run.id, before }, testId);
  };

  return (
    <section className={styles['queue']} aria-labelledby="queue-title" data-testid="queue">
      <div className="page-head">
        <h2 id="queue-title">{t('queue.title', { count: waiting.length })}</h2>
        <span className="page-note">{t('queue.note')}</span>
      </div>
      <ol ref={list} className={styles['list']}>
        {waiting.map((run, i) => {
          const name = run.name ?? `${recipeName(t, run.recipe)} ${shortId(run)}`;
          return (
            <li key={run.id} className={styles['row']} data-run={run.id}>
              <span className={`num ${styles['place'] ?? ''}`}>{i + 1}</span>
              <span className={styles['what']}>
                <a href={toRun(run.id)} title={name}>
                  {name}
                </a>
                <span className={styles['why']}>{run.note === null ? t('queue.next') : formatMessage(t, run.note)}</span>
              </span>
              <Priority run={run} name={name} onPriority={(priority) => ask('runs.priority', { runId: run.id, priority })} />
              <span className={styles['actions']}>
                <IconButton
                  icon="up"
                  label={t('queue.up', { run: name })}
                  waiting={i === 0}
                  onClick={() => move(i, -1, `queue-up-${run.id}`)}
                  data-testid={`queue-up-${run.id}`}
                />
                <IconButton
                  icon="down"
                  label={t('queue.down', { run: name })}
                  waiting={i === waiting.length - 1}
                  onClick={() => move(i, 1, `queue-down-${run.id}`)}
                  data-testid={`queue-down-${run.id}`}
                />
                {canStart(run) ? (
                  <Button
                    aria-label={t('queue.start', { run: name })}
                    title={t('queue.start.hint')}
                    onClick={() => ask('runs.startNow', { runId: run.id })}
                    data-testid={`queue-start-${run.id}`}
                  >
                    {t('queue.startNow')}
                  </Button>
                ) : null}
                <IconButton
                  icon="close"
                  label={t('queue.remove', { run: name })}
                  onClick={() => ask('runs.stop', { runId: run.id })}
                  data-testid={`queue-remove-${run.id}`}
                />
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** What it waits for is no more than its turn or its time. */
const canStart = ({ note }: RunRow): boolean =>
  note !== null && containsMessage(note, 'message.queue.turn', 'message.queue.behind', 'message.queue.gpuBehind', 'message.queue.retry');

interface PriorityProps {
  readonly run: RunRow;
  readonly name: string;
  readonly onPriority: (priority: number) => void;
}

/** The higher goes first; it is set once the field is left, or Enter or an arrow is pressed. */
function Priority({ run, name, onPriority }: PriorityProps): ReactNode {
  const { t, format } = useTexts();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? format.typed(run.priority);
  const read = format.parse(text);
  const isRight = read !== null && Number.isInteger(read) && Math.abs(read) <= PRIORITY_MAX;
  const set = (priority: number): void => {
    setTyped(null);
    if (priority !== run.priority) onPriority(priority);
  };
  return (
    <label className={styles['priority']}>
      <span>{t('queue.priority')}</span>
      <NumberInput
        id={`priority-${run.id}`}
        label={t('queue.priority.of', { run: name, most: PRIORITY_MAX })}
        text={text}
        invalid={!isRight}
        testId={`queue-priority-${run.id}`}
        onText={setTyped}
        onCommit={() => {
          if (isRight) set(read);
        }}
        onStep={(by) => set(Math.max(-PRIORITY_MAX, Math.min(PRIORITY_MAX, run.priority + by)))}
      />
    </label>
  );
}
