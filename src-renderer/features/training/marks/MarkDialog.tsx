import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { isAppError } from '@shared/contract/errors';
import { numbersIn, patternFault, type MarkedProgram, type MarkPlace, type MarkRule } from '@shared/model/mark';
import { ScalarName } from '@shared/model/curve';
import { toAppError } from '../../../data/loadable';
import { Form } from '../../../forms/Form';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Field, TextInput } from '../../../ui/Field';
import { Select } from '../../../ui/Select';
import { useToast } from '../../../ui/Toasts';
import { isWhole, patternOfRoles, rolesOf, withRole, type MarkedNumber, type Roles } from './mark-form';
import { MarkFinds } from './MarkFinds';
import styles from './marks.module.css';
import { useMarkTrial } from './use-mark-trial';

const FORM = 'mark-form';
const NONE = 'none';

interface MarkDialogProps {
  readonly runId: string;
  readonly program: MarkedProgram;
  /** The number that was pressed, or the rule that is changed. */
  readonly from: MarkedNumber | MarkRule;
  readonly onClose: () => void;
}

/** Gives a number of a program's lines a name, and shows at once what that finds in the whole log. */
export function MarkDialog({ runId, program, from, onClose }: MarkDialogProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const toast = useToast();
  const before = 'pattern' in from ? from : null;
  const line = 'line' in from ? from.line : null;
  const [roles, setRoles] = useState<Roles | null>('line' in from ? rolesOf(from) : null);
  const [name, setName] = useState(before?.name ?? '');
  const [pattern, setPattern] = useState(before?.pattern ?? ('line' in from ? patternOfRoles(from.line, rolesOf(from)) : ''));
  const [isSent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const typedName = name.trim();
  const trial = useMarkTrial(runId, typedName, pattern);
  const fault = patternFault(pattern);
  const finds = trial !== null && !isAppError(trial) ? trial : null;
  const isTaken = typedName !== '' && typedName !== before?.name && finds?.isTaken === true;
  const nameFault = isTaken ? t('marks.name.taken') : isSent && !ScalarName.safeParse(typedName).success ? t('marks.name.needed') : null;

  const choose = (place: MarkPlace, at: number | null): void => {
    if (roles === null || line === null) return;
    const next = withRole(roles, place, at);
    setRoles(next);
    setPattern(patternOfRoles(line, next));
  };

  const keep = async (): Promise<void> => {
    setSent(true);
    if (fault !== null || isTaken || !ScalarName.safeParse(typedName).success) return;
    setBusy(true);
    setRefused(null);
    try {
      await client.call('marks.keep', { runId, rule: { name: typedName, pattern }, replaces: before?.name ?? null });
      toast(({ t }) => t('marks.kept', { name: typedName, program: program.command }));
      onClose();
    } catch (error) {
      setRefused(toAppError(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={before === null ? t('marks.title') : t('marks.title.change', { name: before.name })}
      wide
      draft={name !== (before?.name ?? '')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form={FORM} tone="primary" disabled={busy} data-testid="mark-keep">
            {t('marks.keep')}
          </Button>
        </>
      }
    >
      <Form id={FORM} onSend={keep}>
        {line === null || roles === null ? null : <MarkedLine line={line} roles={roles} />}
        <div className={styles['fields']}>
          <Field label={t('marks.name')} hint={t('marks.name.hint')} error={nameFault}>
            {(ids) => <TextInput {...ids} value={name} onText={setName} testId="mark-name" />}
          </Field>
          {line === null || roles === null
            ? null
            : (['value', 'step', 'epoch'] as const).map((place) => (
                <Field key={place} label={t(`marks.place.${place}`)}>
                  {(ids) => (
                    <Select
                      {...ids}
                      value={roles[place] === null ? NONE : String(roles[place])}
                      options={optionsOf(line, place, t('marks.place.none'))}
                      onChange={(value) => choose(place, value === NONE ? null : Number(value))}
                      testId={`mark-${place}`}
                    />
                  )}
                </Field>
              ))}
        </div>
        <details open={line === null}>
          <summary>{t('marks.pattern')}</summary>
          <Field label={t('marks.pattern.label')} hint={t('marks.pattern.hint')} error={fault === null ? null : formatMessage(t, fault)}>
            {(ids) => <TextInput {...ids} value={pattern} onText={setPattern} testId="mark-pattern" />}
          </Field>
        </details>
        <section className={styles['finds']} role="status" aria-label={t('marks.finds')}>
          {fault !== null ? null : trial === null ? (
            <p className="facts-empty">{t('marks.looking')}</p>
          ) : isAppError(trial) ? (
            <ErrorNote error={trial} />
          ) : (
            <MarkFinds trial={trial} />
          )}
        </section>
        <p className="field-note" title={program.cwd}>
          {t('marks.for', { program: program.command, folder: program.cwd })}
        </p>
        {refused === null ? null : <ErrorNote error={refused} />}
      </Form>
    </Dialog>
  );
}

/** Each number by itself, with what stands before it: a line may have the same one twice. */
function optionsOf(line: string, place: MarkPlace, none: string): { value: string; label: string }[] {
  const numbers = numbersIn(line).flatMap(({ from, to }, i) => {
    const text = line.slice(from, to);
    if (place !== 'value' && !isWhole(text)) return [];
    const before = line.slice(Math.max(0, from - BEFORE_LENGTH), from);
    return [{ value: String(i), label: `${from > BEFORE_LENGTH ? '…' : ''}${before}${text}` }];
  });
  return place === 'value' ? numbers : [{ value: NONE, label: none }, ...numbers];
}

const BEFORE_LENGTH = 14;

/** The line with what is marked in it. */
function MarkedLine({ line, roles }: { readonly line: string; readonly roles: Roles }): ReactNode {
  const numbers = numbersIn(line);
  const places = (['value', 'step', 'epoch'] as const)
    .flatMap((place) => {
      const number = numbers[roles[place] ?? -1];
      return number === undefined ? [] : [{ ...number, place }];
    })
    .sort((a, b) => a.from - b.from);
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { from, to, place } of places) {
    parts.push(
      line.slice(end, from),
      <mark key={place} className={styles[place]}>
        {line.slice(from, to)}
      </mark>,
    );
    end = to;
  }
  return (
    <p className={styles['line']} data-testid="mark-line">
      {parts}
      {line.slice(end)}
    </p>
  );
}
