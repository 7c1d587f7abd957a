import type { ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import { valueOf } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useStream } from '../../rpc/hooks';
import { Trouble } from '../../ui/StreamNote';

const NOTHING = {};
const newest = (_: unknown, tables: StreamFrame<'processes.live'>): StreamFrame<'processes.live'> => tables;

/** The processes that use a GPU, those with the most memory first. */
export function Processes({ device }: { readonly device: string }): ReactNode {
  const { t, format } = useTexts();
  const answer = useStream('processes.live', NOTHING, newest);
  const own =
    valueOf(answer)
      ?.gpu.filter((process) => process.device === device)
      .sort((a, b) => (b.memoryB ?? 0) - (a.memoryB ?? 0)) ?? [];
  const memory = (bytes: number | null): string => {
    const { text, unit } = format.quantity(bytes, 'B', 0);
    return bytes === null ? text : `${text} ${unit}`;
  };
  return (
    <section className="facts" aria-label={t('device.processes')} data-testid="device-processes">
      <h2>{t('device.processes')}</h2>
      <Trouble of={answer} />
      {answer.state === 'ready' && own.length === 0 ? <p className="facts-empty">{t('device.processes.none')}</p> : null}
      {own.length > 0 ? (
        <table className="table gpu-table">
          <thead>
            <tr>
              <th scope="col">{t('device.process')}</th>
              <th scope="col" className="num">
                {t('device.process.memory')}
              </th>
              <th scope="col" className="num">
                {t('device.process.load')} <span className="quantity-unit">%</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {own.map(({ pid, name, kind, memoryB, loadPercent }) => (
              <tr key={`${pid} ${kind}`}>
                <th scope="row" title={t(`device.process.${kind}`)}>
                  {name ?? t('device.process.unnamed')} <span className="quantity-unit">{pid}</span>
                </th>
                <td className="num">{memory(memoryB)}</td>
                <td className="num">{format.number(loadPercent, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
