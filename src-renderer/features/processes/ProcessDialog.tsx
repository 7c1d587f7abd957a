import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { ownId } from '@shared/model/device-tree';
import type { ProcessRow } from '@shared/model/processes';
import { toDevice, toRun } from '../../app/paths';
import { go } from '../../app/router';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';

interface ProcessDialogProps {
  readonly process: ProcessRow;
  readonly runName: (runId: string) => string | null;
  readonly nowMs: number;
  readonly onClose: () => void;
}

/** All that is known of one process, its command whole. */
export function ProcessDialog({ process, runName, nowMs, onClose }: ProcessDialogProps): ReactNode {
  const { t, format } = useTexts();
  const { client } = useServices();
  const [state, setState] = useState<'asked' | AppError | null>(null);
  const { pid, name, command, user, runId, cpuPercent, memoryB, readBps, writeBps, startedAtMs, gpus } = process;
  const bytes = (value: number | null, unit: 'B' | 'B/s'): string =>
    value === null ? format.number(null, 0) : format.withUnit(format.quantity(value, unit, 0));
  const percent = (value: number | null): string => format.percent(value === null ? null : value / 100);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('processes.column.pid'), String(pid)],
    [t('processes.column.user'), user ?? format.number(null, 0)],
    [t('processes.column.run'), runId === null ? format.number(null, 0) : <a href={toRun(runId)}>{runName(runId) ?? runId}</a>],
    [
      t('processes.column.time'),
      startedAtMs === null
        ? format.number(null, 0)
        : `${format.duration(Math.max(0, nowMs - startedAtMs))} (${t('processes.since', { time: format.dateTime(startedAtMs) })})`,
    ],
    [t('processes.column.cpu'), percent(cpuPercent)],
    [t('processes.column.memory'), bytes(memoryB, 'B')],
    [t('processes.column.read'), bytes(readBps, 'B/s')],
    [t('processes.column.write'), bytes(writeBps, 'B/s')],
  ];
  const adopt = (): void => {
    setState('asked');
    client.call('runs.adopt', { pid, startedAtMs }).then(
      (adopted) => go(toRun(adopted.runId)),
      (failure: unknown) => setState(toAppError(failure)),
    );
  };
  const actions = (
    <>
      {runId === null ? (
        <Button onClick={adopt} waiting={state === 'asked'} data-testid="adopt-process">
          {t('processes.adopt')}
        </Button>
      ) : null}
      <Button onClick={onClose}>{t('ui.close')}</Button>
    </>
  );
  return (
    <Dialog title={name ?? t('processes.unnamed')} wide onClose={onClose} actions={actions}>
      <section className="facts process-facts" aria-label={t('processes.column.process')} data-testid="process-facts">
        <dl className="fact-list">
          {facts.map(([fact, value]) => (
            <div key={fact}>
              <dt>{fact}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {gpus.map(({ device, kind, memoryB: held, loadPercent, memoryLoadPercent, encoderPercent, decoderPercent }) => (
            <div key={device}>
              <dt>
                <a href={toDevice(device)}>{ownId(device)}</a> {t(`device.process.${kind}`)}
              </dt>
              <dd>
                {t('processes.onGpu', {
                  memory: bytes(held, 'B'),
                  load: percent(loadPercent),
                  memoryLoad: percent(memoryLoadPercent),
                  encoder: percent(encoderPercent),
                  decoder: percent(decoderPercent),
                })}
              </dd>
            </div>
          ))}
        </dl>
        <h3>{t('processes.column.command')}</h3>
        {command === null ? <p className="facts-empty">{t('processes.noCommand')}</p> : <Copyable text={command} />}
        {command?.includes('***') === true ? <p className="facts-note">{t('processes.masked')}</p> : null}
        {runId === null ? <p className="facts-note">{t('processes.adopt.means')}</p> : null}
        {state === null || state === 'asked' ? null : <ErrorNote error={state} />}
      </section>
    </Dialog>
  );
}
