import { useEffect, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { PowerProposal } from '@shared/model/power-proposal';
import { sidesOf, type PowerTree, type PowerTreeOperation, type PowerTreeState } from '@shared/model/power-tree';
import { toAppError } from '../../data/loadable';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand } from '../../rpc/hooks';
import { AgainButton } from '../../ui/AgainButton';
import { Button, IconButton } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import styles from './energy.module.css';

interface ProposalsProps {
  readonly tree: PowerTree;
  readonly meters: PowerTreeState['meters'];
  readonly busy: boolean;
  readonly onEdit: (...operations: readonly PowerTreeOperation[]) => Promise<boolean>;
}

/** Where the meters that stand nowhere may belong, and why. A press places one; nothing is placed by itself. */
export function Proposals({ tree, meters, busy, onEdit }: ProposalsProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const asked = useCommand('powerTree.proposals', {});
  const { answer, reload } = asked;
  const [refused, setRefused] = useState<AppError | null>(null);
  const madeOf = `${tree.revision} ${meters.map(({ device }) => device).join(' ')}`;
  useEffect(() => reload(), [madeOf, reload]);
  const dismiss = async (id: string | null): Promise<void> => {
    try {
      await client.call('powerTree.dismiss', { id });
      setRefused(null);
    } catch (error) {
      setRefused(toAppError(error));
    }
    reload();
  };
  if (answer.state === 'failed') return <ErrorNote error={answer.error} />;
  if (answer.state !== 'ready') return null;
  const { proposals, dismissed, revision } = answer.value;
  if (proposals.length === 0 && dismissed === 0) return null;
  return (
    <section className={styles.proposals} aria-label={t('energy.proposals')} data-testid="energy-proposals">
      <div className="page-head">
        <h2>{t('energy.proposals')}</h2>
        <span className="page-note">{t('energy.proposals.note')}</span>
        <span className="toolbar-end">
          {dismissed === 0 ? null : (
            <Button tone="quiet" onClick={() => void dismiss(null)} data-testid="energy-proposals-again">
              {t('energy.proposals.dismissed', { count: dismissed })}
            </Button>
          )}
          <AgainButton asked={asked} label={t('energy.proposals.renew')} look="icon" />
        </span>
      </div>
      {refused === null ? null : <ErrorNote error={refused} />}
      {proposals.length === 0 ? null : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('energy.field.meter')}</th>
              <th scope="col">{t('energy.column.place')}</th>
              <th scope="col">{t('energy.proposals.why')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('energy.proposals.accept')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {proposals.map((proposal) => (
              <tr key={proposal.id} data-meter={proposal.device} data-name={proposal.label}>
                <td title={proposal.device}>{proposal.label}</td>
                <td>
                  <Target proposal={proposal} tree={tree} />
                </td>
                <td className={styles.why}>
                  {proposal.reasons.map((reason) => (
                    <div key={reason.id}>{formatMessage(t, reason)}</div>
                  ))}
                </td>
                <td>
                  <span className={styles.actions}>
                    <Button
                      icon="check"
                      disabled={busy || revision !== tree.revision}
                      onClick={() => void onEdit(...proposal.operations)}
                      data-testid="energy-proposal-accept"
                    >
                      {t('energy.proposals.accept')}
                    </Button>
                    <IconButton
                      icon="close"
                      label={t('energy.proposals.dismiss', { meter: proposal.label })}
                      onClick={() => void dismiss(proposal.id)}
                      data-testid="energy-proposal-dismiss"
                    />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Target({
  proposal: { place, name, kind, side, operations },
  tree,
}: Pick<ProposalsProps, 'tree'> & { readonly proposal: PowerProposal }) {
  const { t } = useTexts();
  const parent = operations.flatMap((operation) => (operation.op === 'add' ? (operation.parent ?? []) : []))[0];
  const above = tree.places.find(({ id }) => id === parent);
  const kindName = t(`message.powerPlace.${kind}`);
  const words = [
    ...(name.toLowerCase() === kindName.toLowerCase() ? [] : [kindName]),
    ...(sidesOf(kind).length > 1 ? [t(`energy.side.${side}`)] : []),
    ...(place !== null ? [] : [above === undefined ? t('energy.proposals.newTop') : t('energy.proposals.new', { above: above.name })]),
  ];
  return (
    <>
      {name} <span className={styles.kind}>{words.join(' · ')}</span>
    </>
  );
}
