import { useState, type ReactNode } from 'react';
import { lineOf } from '@shared/model/meter-part';
import {
  canFeed,
  DEFAULT_CLASS_PERCENT,
  isEquipment,
  isSource,
  powerPlaceKinds,
  sidesOf,
  usualSideOf,
  type MeterSide,
  type PowerPlace,
  type PowerPlaceKind,
  type PowerTree,
  type PowerTreeOperation,
  type PowerTreeState,
} from '@shared/model/power-tree';
import { toSettings } from '../../app/paths';
import type { TextKey } from '../../i18n';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Field, NumberInput, TextInput, useNumberDraft } from '../../ui/Field';
import { Select } from '../../ui/Select';
import styles from './energy.module.css';

interface PlaceEditorProps {
  readonly tree: PowerTree;
  readonly place: PowerPlace;
  readonly meters: PowerTreeState['meters'];
  readonly busy: boolean;
  readonly onEdit: (...operations: readonly PowerTreeOperation[]) => Promise<boolean>;
}

const TOP = '';
const NONE = '';

/** One place: its name, what feeds it, its meters, and what can be added below it. Every change goes to the core at once. */
export function PlaceEditor({ tree, place, meters, busy, onEdit }: PlaceEditorProps): ReactNode {
  const { t } = useTexts();
  const [name, setName] = useState(place.name);
  const nodes = (useValue(useServices().tree)?.places ?? []).filter(({ kind }) => kind === 'node');
  const parents = tree.places.filter((other) => other.id !== place.id && canFeed(other.kind, place.kind));
  const typed = name.trim();
  return (
    <form
      className={styles.editor}
      aria-label={place.name}
      data-testid="energy-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== '' && typed !== place.name) void onEdit({ op: 'rename', id: place.id, name: typed });
      }}
    >
      <div className="page-head">
        <h2>{place.name}</h2>
        <span className="page-note">{t(`message.powerPlace.${place.kind}`)}</span>
        <span className="toolbar-end">
          <IconButton
            icon="trash"
            label={t('energy.remove')}
            disabled={busy}
            onClick={() => void onEdit({ op: 'remove', id: place.id })}
            data-testid="energy-remove"
          />
        </span>
      </div>
      <div className={styles.row}>
        <Field label={t('energy.field.name')}>{(ids) => <TextInput {...ids} value={name} onText={setName} testId="energy-name" />}</Field>
        <Button type="submit" disabled={busy || typed === '' || typed === place.name} data-testid="energy-rename">
          {t('ui.save')}
        </Button>
      </div>
      {isSource(place.kind) ? null : (
        <Field label={t('energy.field.parent')}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              value={place.parent ?? TOP}
              options={[{ value: TOP, label: t('energy.top') }, ...parents.map((other) => ({ value: other.id, label: other.name }))]}
              onChange={(parent) => void onEdit({ op: 'move', id: place.id, parent: parent === TOP ? null : parent })}
              testId="energy-parent"
            />
          )}
        </Field>
      )}
      {isEquipment(place.kind) ? (
        <Field label={t('energy.field.device')} hint={t('energy.field.device.hint')}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              value={place.device ?? NONE}
              options={[{ value: NONE, label: t('energy.device.none') }, ...nodes.map((node) => ({ value: node.id, label: node.name }))]}
              onChange={(device) => void onEdit({ op: 'link', id: place.id, device: device === NONE ? null : device })}
              testId="energy-device"
            />
          )}
        </Field>
      ) : null}
      <PlaceMeters tree={tree} place={place} meters={meters} busy={busy} onEdit={onEdit} />
      <AddBelow place={place} busy={busy} onEdit={onEdit} />
    </form>
  );
}

/** What comes out of cooling is heat. */
const sideText = (kind: PowerPlace['kind'], side: MeterSide): TextKey =>
  kind === 'cooling' && side === 'output' ? 'energy.side.reuse' : `energy.side.${side}`;

function PlaceMeters({ tree, place, meters, busy, onEdit }: PlaceEditorProps): ReactNode {
  const { t, format } = useTexts();
  const sides = sidesOf(place.kind);
  const [chosen, setChosen] = useState<string | null>(null);
  const [side, setSide] = useState<MeterSide>(usualSideOf(place.kind));
  const accuracy = useNumberDraft(DEFAULT_CLASS_PERCENT);
  // A line of a meter that tells the whole as well is a part of it.
  const isPart = (device: string): boolean => meters.some((other) => other.device === lineOf(device)?.whole);
  const isPlaced = (device: string): boolean => tree.places.some((other) => other.meters.some((meter) => meter.device === device));
  const free = meters.filter(({ device }) => !isPlaced(device) && !isPart(device));
  const device = chosen ?? free[0]?.device ?? null;
  const labelOf = (of: string): string => meters.find((meter) => meter.device === of)?.label ?? of;
  return (
    <fieldset className={styles.group}>
      <legend>{t('energy.meters')}</legend>
      {place.meters.length === 0 ? null : (
        <ul className={styles.meters}>
          {place.meters.map((meter) => (
            <li key={meter.device} data-meter={meter.device}>
              <span>{labelOf(meter.device)}</span>
              <span className={styles.kind}>
                {t(sideText(place.kind, meter.side))} · ± {format.number(meter.classPercent, 2)} %
              </span>
              <IconButton
                icon="close"
                label={t('energy.unplace', { meter: labelOf(meter.device) })}
                disabled={busy}
                onClick={() => void onEdit({ op: 'unmeter', device: meter.device })}
              />
            </li>
          ))}
        </ul>
      )}
      {device === null ? (
        <p className={styles.kind}>
          {t('energy.noMeter')} <a href={toSettings('sources')}>{t('energy.addMeter')}</a>
        </p>
      ) : (
        <>
          {/* A line of its own: with its device's id it is long. */}
          <Field label={t('energy.field.meter')}>
            {({ id, describedBy }) => (
              <Select
                id={id}
                describedBy={describedBy}
                value={device}
                options={free.map((meter) => ({ value: meter.device, label: `${meter.label} · ${meter.device}` }))}
                onChange={setChosen}
                testId="energy-meter"
              />
            )}
          </Field>
          <div className={styles.row}>
            {sides.length === 1 ? null : (
              <Field label={t('energy.field.side')}>
                {({ id, describedBy }) => (
                  <Select
                    id={id}
                    describedBy={describedBy}
                    value={side}
                    options={sides.map((value) => ({ value, label: t(sideText(place.kind, value)) }))}
                    onChange={setSide}
                    testId="energy-side"
                  />
                )}
              </Field>
            )}
            <Field label={t('energy.field.class')} hint={t('energy.field.class.hint')}>
              {({ id, describedBy, invalid }) => (
                <NumberInput
                  id={id}
                  describedBy={describedBy}
                  invalid={invalid}
                  unit="%"
                  text={accuracy.text}
                  onText={accuracy.setText}
                  testId="energy-class"
                />
              )}
            </Field>
            <Button
              icon="plus"
              disabled={busy || !accuracy.value}
              onClick={() => {
                setChosen(null);
                void onEdit({ op: 'meter', id: place.id, device, side, classPercent: accuracy.value ?? DEFAULT_CLASS_PERCENT });
              }}
              data-testid="energy-place"
            >
              {t('energy.placeMeter')}
            </Button>
          </div>
        </>
      )}
    </fieldset>
  );
}

function AddBelow({ place, busy, onEdit }: Pick<PlaceEditorProps, 'place' | 'busy' | 'onEdit'>): ReactNode {
  const { t } = useTexts();
  const below = powerPlaceKinds.filter((kind) => canFeed(place.kind, kind));
  const sources = powerPlaceKinds.filter(isSource);
  const [kind, setKind] = useState<PowerPlaceKind>(below[0] ?? 'utility');
  const [name, setName] = useState('');
  const kindName = (of: PowerPlaceKind): string => t(`message.powerPlace.${of}`);
  return (
    <fieldset className={styles.group}>
      <legend>{t('energy.add')}</legend>
      <div className={styles.row}>
        <Field label={t('energy.field.kind')}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              value={kind}
              options={[
                ...below.map((value) => ({ value, label: kindName(value) })),
                ...sources.map((value) => ({ value, label: t('energy.atTop', { kind: kindName(value) }) })),
              ]}
              onChange={setKind}
              testId="energy-kind"
            />
          )}
        </Field>
        <Field label={t('energy.field.name')}>
          {(ids) => <TextInput {...ids} value={name} placeholder={kindName(kind)} onText={setName} testId="energy-new-name" />}
        </Field>
        <Button
          icon="plus"
          disabled={busy}
          onClick={() => {
            const parent = isSource(kind) ? null : place.id;
            void onEdit({ op: 'add', kind, parent, name: name.trim() === '' ? kindName(kind) : name.trim(), device: null });
          }}
          data-testid="energy-add"
        >
          {t('energy.addPlace')}
        </Button>
      </div>
    </fieldset>
  );
}
