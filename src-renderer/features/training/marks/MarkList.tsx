import { useState, type ReactNode } from 'react';
import type { MarkRule, ProgramMarks } from '@shared/model/mark';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button, IconButton } from '../../../ui/Button';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { MarkDialog } from './MarkDialog';
import styles from './marks.module.css';

/** The rules of a run's program: each can be changed and removed. */
export function MarkList({ runId, marks }: { readonly runId: string; readonly marks: ProgramMarks }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [changed, setChanged] = useState<MarkRule | null>(null);
  const [removed, setRemoved] = useState<MarkRule | null>(null);
  const { program, rules } = marks;
  return (
    <div className={styles['list']}>
      <span title={t('marks.for', { program: program.command, folder: program.cwd })}>{t('marks.list', { program: program.command })}</span>
      <ul>
        {rules.map((rule) => (
          <li key={rule.name} data-testid={`mark-rule-${rule.name}`}>
            <Button tone="quiet" title={rule.pattern} aria-label={t('marks.change', { name: rule.name })} onClick={() => setChanged(rule)}>
              {rule.name}
            </Button>
            <IconButton icon="close" label={t('marks.remove', { name: rule.name })} onClick={() => setRemoved(rule)} />
          </li>
        ))}
      </ul>
      {changed === null ? null : <MarkDialog runId={runId} program={program} from={changed} onClose={() => setChanged(null)} />}
      {removed === null ? null : (
        <ConfirmDialog
          title={t('marks.remove', { name: removed.name })}
          confirm={t('marks.remove.confirm')}
          testId="mark-remove"
          onConfirm={() => client.call('marks.remove', { runId, name: removed.name })}
          onClose={() => setRemoved(null)}
        >
          <p>{t('marks.remove.text', { name: removed.name, program: program.command })}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
