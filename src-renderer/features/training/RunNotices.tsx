import type { ReactNode } from 'react';
import { isPaused } from '@shared/model/launch';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, type Run, type RunFailure } from '@shared/model/run';
import { english, message, type KeyedMessage } from '@shared/text/message';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { Icon } from '../../ui/Icon';

/** Newest interruptions that are told one by one. */
const TOLD_MAX = 3;

/** What is called otherwise where the run's process is no trainer of this app. */
const ofProgram = {
  'trainer-crashed': 'program-failed',
  'trainer-killed': 'program-killed',
  'launch-failed': 'program-not-started',
} as const;

/** What the run waits for or was ended for, why it failed, and in which times no core watched it. */
export function RunNotices({ run }: { readonly run: Run }): ReactNode {
  const { t, format } = useTexts();
  const { failure, interruptions, control } = run;
  const standing = isFinal(run.status)
    ? control.stopped
    : (control.stopped ?? control.wait ?? (isPaused(control) ? message('message.pause.is') : adoptedNote(run)));
  const told = interruptions.slice(-TOLD_MAX);
  return (
    <>
      {standing === null ? null : (
        <div className="run-unwatched" role="status" data-testid="run-standing">
          <Icon name="warning" />
          <div>
            <p>{formatMessage(t, standing)}</p>
          </div>
        </div>
      )}
      {control.unheld.length === 0 ? null : (
        <div className="run-unwatched" role="status" data-testid="run-unheld">
          <Icon name="warning" />
          <div>
            {control.unheld.map((note) => (
              <p key={english(note)}>{formatMessage(t, note)}</p>
            ))}
          </div>
        </div>
      )}
      {failure ? (
        <div className="error-note" role="alert" data-testid="run-failure">
          <Icon name="warning" />
          <div>
            <strong>{t(`run.failure.${failureName(run, failure.code)}`)}</strong>
            <p className="error-detail">{formatMessage(t, failure.message)}</p>
            <p className="error-step">{t(`run.failure.${failureName(run, failure.code)}.step`)}</p>
          </div>
        </div>
      ) : null}
      {told.length > 0 ? (
        <div className="run-unwatched" data-testid="run-unwatched">
          <Icon name="warning" />
          <div>
            {interruptions.length > told.length ? <p>{t('run.unwatched.more', { count: interruptions.length })}</p> : null}
            {told.map(({ fromMs, toMs }) => (
              <p key={fromMs}>
                {t('run.unwatched', {
                  from: format.dateTime(fromMs),
                  to: format.dateTime(toMs),
                  duration: format.duration(Math.max(0, toMs - fromMs)),
                })}
              </p>
            ))}
          </div>
        </div>
      ) : null}
    </>
  );
}

function failureName({ kind }: Run, code: RunFailure['code']): RunFailure['code'] | (typeof ofProgram)[keyof typeof ofProgram] {
  return kind === PROGRAM_KIND && (code === 'trainer-crashed' || code === 'trainer-killed' || code === 'launch-failed')
    ? ofProgram[code]
    : code;
}

function adoptedNote({ control: { adopted } }: Run): KeyedMessage | null {
  if (adopted === null) return null;
  const { pid, startedAtMs } = adopted;
  return startedAtMs === null ? message('message.adopted.is', { pid }) : message('message.adopted.since', { pid, startedAtMs });
}
