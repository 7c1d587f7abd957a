import type { ReactNode } from 'react';
import { LOCAL_NODE } from '@shared/model/device-tree';
import type { ImportPreview } from '@shared/model/import';
import type { MappingDraft } from '../../../data/import-mapping';
import { useTexts } from '../../../i18n/use-texts';
import { Field } from '../../../ui/Field';
import { Select } from '../../../ui/Select';

interface ImportMachineProps {
  readonly preview: ImportPreview;
  readonly draft: MappingDraft;
  readonly onChange: (patch: Partial<MappingDraft>) => void;
}

const kinds = ['file', 'local', 'other'] as const;
type Kind = (typeof kinds)[number];

/** Which machine recorded the file: what the file does not say is kept apart from this machine's devices until a person says it. */
export function ImportMachine({ preview, draft, onChange }: ImportMachineProps): ReactNode {
  const { t } = useTexts();
  const { machine } = draft;
  const kind: Kind = machine === null ? 'file' : machine === LOCAL_NODE ? 'local' : 'other';
  const choose = (chosen: string): void => onChange({ machine: chosen === 'file' ? null : chosen === 'local' ? LOCAL_NODE : '' });
  return (
    <fieldset className="import-reading">
      <legend>{t('import.machine')}</legend>
      <Field
        label={t('import.machine.field')}
        hint={preview.apart === null ? undefined : t('import.machine.apart', { device: preview.apart })}
      >
        {({ id, describedBy }) => (
          <Select
            id={id}
            describedBy={describedBy}
            value={kind}
            options={kinds.map((value) => ({ value, label: t(`import.machine.${value}`) }))}
            testId="import-machine"
            onChange={choose}
          />
        )}
      </Field>
      {kind === 'other' ? (
        <Field label={t('import.machine.name')}>
          {({ id, describedBy }) => (
            <span className="number-input">
              <input
                id={id}
                type="text"
                autoComplete="off"
                spellCheck={false}
                maxLength={60}
                aria-describedby={describedBy}
                value={machine ?? ''}
                data-testid="import-machine-name"
                onChange={(event) => onChange({ machine: event.target.value })}
              />
            </span>
          )}
        </Field>
      ) : null}
    </fieldset>
  );
}
