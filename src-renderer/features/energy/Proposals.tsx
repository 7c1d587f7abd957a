import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { PowerProposal } from '@shared/model/power-proposal';
import { sidesOf, type PowerTree, type PowerTreeOperation, type PowerTreeState } from '@shared/model/power-tree';
import { toAppError } from '../../data/loadable';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts, type Translate } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand } from '../../rpc/hooks';
import { AgainButton } from '../../ui/AgainButton';
import { Button, IconButton } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import styles from './energy.module.css';

interface ProposalsProps {
  readonly tree: PowerTree;
  readonly meters: PowerTreeState['meters'];
  readonly busy: boolean;
  readonly onEdit: (...operations: readonly PowerTreeOperation[]) => Promise<boolean>;
}

const idOf = ({ id }: PowerProposal): string => id;
const rowProps = ({ device, label }: PowerProposal): { 'data-meter': string; 'data-name': string } => ({
  'data-meter': device,
  'data-name': label,
});

/** Where the meters that stand nowhere may belong, and why. A press places one; nothing is placed by itself. */
export function Proposals({ tree, meters, busy, onEdit }: ProposalsProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { client } = useServices();
  const asked = useCommand('powerTree.proposals', {});
  const { answer, reload } = asked;
  const [refused, setRefused] = useState<AppError | null>(null);
  const madeOf = `${tree.revision} ${meters.map(({ device }) => device).join(' ')}`;
  useEffect(() => reload(), [madeOf, reload]);
  const dismiss = useCallback(
    async (id: string | null): Promise<void> => {
      try {
        await client.call('powerTree.dismiss', { id });
        setRefused(null);
      } catch (error) {
        setRefused(toAppError(error));
      }
      reload();
    },
    [client, reload],
  );
  const canAccept = !busy && answer.state === 'ready' && answer.value.revision === tree.revision;
  const columns = useMemo(
    () =>
      proposalColumns(texts, tree, {
        canAccept,
        accept: ({ operations }) => void onEdit(...operations),
        dismiss: ({ id }) => void dismiss(id),
      }),
    [texts, tree, canAccept, onEdit, dismiss],
  );
  if (answer.state === 'failed') return <ErrorNote error={answer.error} />;
  if (answer.state !== 'ready') return null;
  const { proposals, dismissed } = answer.value;
  if (proposals.length === 0 && dismissed === 0) return null;
  const head = (
    <>
      <h2>{t('energy.proposals')}</h2>
      <span className="page-note">{t('energy.proposals.note')}</span>
      {dismissed === 0 ? null : (
        <Button tone="quiet" onClick={() => void dismiss(null)} data-testid="energy-proposals-again">
          {t('energy.proposals.dismissed', { count: dismissed })}
        </Button>
      )}
      <AgainButton asked={asked} label={t('energy.proposals.renew')} look="icon" />
    </>
  );
  return (
    <section className={styles.proposals} aria-label={t('energy.proposals')} data-testid="energy-proposals">
      {refused === null ? null : <ErrorNote error={refused} />}
      {proposals.length === 0 ? (
        <div className="page-head">{head}</div>
      ) : (
        <DataTable
          id="energy-proposals"
          label={t('energy.proposals')}
          lead={head}
          columns={columns}
          rows={proposals}
          rowId={idOf}
          rowProps={rowProps}
          tools={proposals.length > 8 ? 'all' : 'columns'}
        />
      )}
    </section>
  );
}

interface ProposalDeeds {
  readonly canAccept: boolean;
  readonly accept: (proposal: PowerProposal) => void;
  readonly dismiss: (proposal: PowerProposal) => void;
}

function proposalColumns({ t }: Texts, tree: PowerTree, { canAccept, accept, dismiss }: ProposalDeeds): DataColumn<PowerProposal>[] {
  return [
    { id: 'meter', name: t('energy.proposals.meter'), role: 'head', value: ({ label }) => label, title: ({ device }) => device },
    {
      id: 'place',
      name: t('energy.proposals.place'),
      value: (proposal) => [proposal.name, ...targetWords(t, tree, proposal)].join(' · '),
      cell: (proposal) => (
        <>
          {proposal.name} <span className={styles.kind}>{targetWords(t, tree, proposal).join(' · ')}</span>
        </>
      ),
    },
    {
      id: 'why',
      name: t('energy.proposals.why'),
      wraps: true,
      canSort: false,
      value: ({ reasons }) => reasons.map((reason) => formatMessage(t, reason)).join(' '),
      cell: ({ reasons }) => reasons.map((reason) => <div key={reason.id}>{formatMessage(t, reason)}</div>),
    },
    {
      id: 'actions',
      name: t('energy.proposals.accept'),
      role: 'actions',
      value: () => null,
      cell: (proposal) => (
        <span className={styles.actions}>
          <Button icon="check" disabled={!canAccept} onClick={() => accept(proposal)} data-testid="energy-proposal-accept">
            {t('energy.proposals.accept')}
          </Button>
          <IconButton
            icon="close"
            label={t('energy.proposals.dismiss', { meter: proposal.label })}
            onClick={() => dismiss(proposal)}
            data-testid="energy-proposal-dismiss"
          />
        </span>
      ),
    },
  ];
}

/** What the proposed place is, beside its name: its kind, the meter's side, and where it would be made. */
function targetWords(t: Translate, tree: PowerTree, { place, name, kind, side, operations }: PowerProposal): string[] {
  const parent = operations.flatMap((operation) => (operation.op === 'add' ? (operation.parent ?? []) : []))[0];
  const above = tree.places.find(({ id }) => id === parent);
  const kindName = t(`message.powerPlace.${kind}`);
  return [
    ...(name.toLowerCase() === kindName.toLowerCase() ? [] : [kindName]),
    ...(sidesOf(kind).length > 1 ? [t(`energy.side.${side}`)] : []),
    ...(place !== null ? [] : [above === undefined ? t('energy.proposals.newTop') : t('energy.proposals.new', { above: above.name })]),
  ];
}
