import { useId, type ReactNode } from 'react';
import { csvToolNames, dateForms, encodings, type CsvReading, type CsvSettings, type ImportPreview } from '@shared/model/import';
import { isSkipWrong, type MappingDraft } from '../../../data/import-mapping';
import { useTexts } from '../../../i18n/use-texts';
import { Field, NumberInput } from '../../../ui/Field';
import { Select } from '../../../ui/Select';

interface ImportReadingProps {
  readonly preview: ImportPreview;
  readonly draft: MappingDraft;
  readonly onChange: (patch: Partial<MappingDraft>) => void;
}

/** As the value of a choice that is left to the file. */
const FOUND = '';
const SEPARATORS = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
const DECIMALS = ['.', ','] as const;
const zones = Intl.supportedValuesOf('timeZone');

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** How a CSV file of others is read: what was found out stands first in each field, and can be changed. */
export function ImportReading({ preview, draft, onChange }: ImportReadingProps): ReactNode {
  const { t, format } = useTexts();
  const { reading } = preview;
  const { csv } = draft;
  const { tool = null, dates = null } = reading ?? {};
  const change = (patch: Partial<CsvSettings>): void => onChange({ csv: { ...csv, ...patch } });
  const found = (text: string | null): string => (text === null ? t('import.read.notFound') : t('import.read.found', { text }));
  const separator = (sign: string): string => (isSeparator(sign) ? t(`import.read.separator.${SEPARATORS[sign]}`) : sign);
  const decimal = (sign: CsvReading['decimal']): string => t(sign === '.' ? 'import.read.decimal.point' : 'import.read.decimal.comma');
  const decimalFound =
    reading === null
      ? null
      : reading.decimalCertain
        ? decimal(reading.decimal)
        : t('import.read.decimal.unsure', { text: decimal(reading.decimal) });
  const others: readonly Choice[] = Object.keys(SEPARATORS).map((sign) => ({ value: sign, label: separator(sign) }));
  return (
    <fieldset className="import-reading">
      <legend>{tool === null ? t('import.read.title') : t('import.read.tool', { tool: csvToolNames[tool] })}</legend>
      <Chosen
        label={t('import.read.time')}
        found={found(preview.timeColumn)}
        value={draft.timeColumn}
        options={preview.columns.map((name) => ({ value: name, label: name }))}
        testId="import-time"
        onChange={(timeColumn) => onChange({ timeColumn })}
      />
      <ZoneField
        found={found(reading === null ? null : (reading.zone ?? t('import.read.zone.inFile')))}
        value={csv.zone ?? ''}
        onText={(text) => change({ zone: text === '' ? null : text })}
      />
      <Typed
        label={t('import.read.start')}
        placeholder={t('import.read.start.example')}
        value={csv.start ?? ''}
        testId="import-start-at"
        onText={(text) => change({ start: text === '' ? null : text })}
      />
      <Chosen
        label={t('import.read.dates')}
        found={found(dates === null ? t('import.read.dates.none') : t(`import.read.dates.${dates}`))}
        value={csv.dates}
        options={dateForms.map((form) => ({ value: form, label: t(`import.read.dates.${form}`) }))}
        testId="import-dates"
        onChange={(value) => change({ dates: dateForms.find((form) => form === value) ?? null })}
      />
      <Chosen
        label={t('import.read.separator')}
        found={found(reading === null ? null : separator(reading.separator))}
        value={csv.separator}
        options={others}
        testId="import-separator"
        onChange={(value) => change({ separator: value })}
      />
      <Chosen
        label={t('import.read.decimal')}
        found={found(decimalFound)}
        value={csv.decimal}
        options={DECIMALS.map((sign) => ({ value: sign, label: decimal(sign) }))}
        testId="import-decimal"
        onChange={(value) => change({ decimal: DECIMALS.find((sign) => sign === value) ?? null })}
      />
      <Field label={t('import.read.skip')} error={isSkipWrong(draft, format.parse) ? t('import.read.skip.wrong') : null}>
        {({ id, describedBy, invalid }) => (
          <NumberInput
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            text={draft.skip}
            placeholder={reading === null ? '' : found(String(reading.skippedLines))}
            testId="import-skip"
            onText={(skip) => onChange({ skip })}
          />
        )}
      </Field>
      <Chosen
        label={t('import.read.encoding')}
        found={found(reading === null ? null : t(`import.read.encoding.${reading.encoding}`))}
        value={csv.encoding}
        options={encodings.map((encoding) => ({ value: encoding, label: t(`import.read.encoding.${encoding}`) }))}
        testId="import-encoding"
        onChange={(value) => change({ encoding: encodings.find((encoding) => encoding === value) ?? null })}
      />
    </fieldset>
  );
}

function isSeparator(sign: string): sign is keyof typeof SEPARATORS {
  return Object.hasOwn(SEPARATORS, sign);
}

interface ChosenProps {
  readonly label: string;
  /** What was found out, as the first option has it. */
  readonly found: string;
  readonly value: string | null;
  readonly options: readonly Choice[];
  readonly testId: string;
  readonly onChange: (value: string | null) => void;
}

function Chosen({ label, found, value, options, testId, onChange }: ChosenProps): ReactNode {
  return (
    <Field label={label}>
      {({ id, describedBy }) => (
        <Select
          id={id}
          describedBy={describedBy}
          value={value ?? FOUND}
          options={[{ value: FOUND, label: found }, ...options]}
          testId={testId}
          onChange={(chosen) => onChange(chosen === FOUND ? null : chosen)}
        />
      )}
    </Field>
  );
}

interface TypedProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly testId: string;
  readonly list?: string;
  readonly onText: (text: string) => void;
}

function Typed({ label, placeholder, value, testId, list, onText }: TypedProps): ReactNode {
  return (
    <Field label={label}>
      {({ id, describedBy }) => (
        <span className="number-input">
          <input
            id={id}
            type="text"
            autoComplete="off"
            spellCheck={false}
            maxLength={40}
            list={list}
            placeholder={placeholder}
            aria-describedby={describedBy}
            value={value}
            data-testid={testId}
            onChange={(event) => onText(event.target.value)}
          />
        </span>
      )}
    </Field>
  );
}

function ZoneField({
  found,
  value,
  onText,
}: {
  readonly found: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}): ReactNode {
  const { t } = useTexts();
  const list = useId();
  return (
    <>
      <Typed label={t('import.read.zone')} placeholder={found} value={value} testId="import-zone" list={list} onText={onText} />
      <datalist id={list}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
