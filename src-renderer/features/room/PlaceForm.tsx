import { useState, type ReactNode } from 'react';
import { LOCAL_NODE, MAX_RACK_UNITS, type DeviceTree, type TreeNode, type TreeOperation } from '@shared/model/device-tree';
import { childKinds, draftOf, faultOf, operationsOf, parentChoices, type PlaceDraft } from '../../data/place-draft';
import { useTexts } from '../../i18n/use-texts';
import { Button, IconButton } from '../../ui/Button';
import { Field, NumberInput } from '../../ui/Field';
import { Select } from '../../ui/Select';

interface PlaceFormProps {
  readonly tree: DeviceTree;
  readonly place: TreeNode;
  readonly busy: boolean;
  /** @returns the tree as it is then; null = it was refused, which is told elsewhere */
  readonly onEdit: (operations: readonly TreeOperation[], revision: number) => Promise<DeviceTree | null>;
}

/** One place: its name, where it stands, and what can be added below it. What is typed belongs to the tree as it was when typing began. */
export function PlaceForm({ tree, place, busy, onEdit }: PlaceFormProps): ReactNode {
  const { t } = useTexts();
  const [typed, setTyped] = useState<{ readonly draft: PlaceDraft; readonly revision: number } | null>(null);
  const draft = typed?.draft ?? draftOf(place);
  const fault = faultOf(place, draft);
  const operations = fault === null ? operationsOf(place, draft) : [];
  // A draft that says what the tree says (it was saved by a second try) is as new as the tree.
  const revision = typed !== null && (fault !== null || operations.length > 0) ? typed.revision : tree.revision;
  const change = (part: Partial<PlaceDraft>): void => setTyped({ draft: { ...draft, ...part }, revision });
  const parents = parentChoices(tree.places, place.kind);
  const siblings = tree.places.filter(({ parent }) => parent === place.parent);
  const empty = tree.places.every(({ parent }) => parent !== place.id);
  /** What was typed before and during the save of something else stays, over the tree as that made it. */
  const make = async (made: readonly TreeOperation[]): Promise<void> => {
    const edited = await onEdit(made, tree.revision);
    if (edited) setTyped((now) => (now?.revision === tree.revision ? { ...now, revision: edited.revision } : now));
  };
  const save = async (): Promise<void> => {
    if (busy || operations.length === 0) return;
    const edited = await onEdit(operations, revision);
    // What is typed meanwhile is not wiped.
    if (edited) setTyped((now) => (now === typed || now === null ? null : { ...now, revision: edited.revision }));
  };
  const rackUnits = (text: string, id: string, part: 'unit' | 'heightU', describedBy: string, invalid: boolean): ReactNode => (
    <NumberInput
      id={id}
      describedBy={describedBy}
      invalid={invalid}
      unit={t('rooms.unit')}
      text={text}
      onText={(value) => change({ [part]: value })}
      testId={`place-${part}`}
    />
  );

  return (
    <form
      className="place-form"
      aria-label={place.name}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="page-head">
        <h2>{place.name}</h2>
        <span className="page-note">{t(`rooms.kind.${place.kind}`)}</span>
        <span className="toolbar-end">
          <IconButton
            icon="up"
            label={t('rooms.earlier')}
            waiting={busy || place.position === 0}
            onClick={() => void make([{ op: 'move', id: place.id, parent: place.parent, position: place.position - 1 }])}
          />
          <IconButton
            icon="down"
            label={t('rooms.later')}
            waiting={busy || place.position >= siblings.length - 1}
            onClick={() => void make([{ op: 'move', id: place.id, parent: place.parent, position: place.position + 1 }])}
          />
          <IconButton
            icon="trash"
            label={t('rooms.remove')}
            disabled={busy || !empty || place.id === LOCAL_NODE}
            onClick={() => void make([{ op: 'remove', id: place.id }])}
            data-testid="place-remove"
          />
        </span>
      </div>
      <Field label={t('rooms.field.name')} error={fault === 'name' ? t('rooms.fault.name') : null}>
        {({ id, describedBy, invalid }) => (
          <span className="number-input" data-invalid={invalid || undefined}>
            <input
              id={id}
              type="text"
              maxLength={80}
              autoComplete="off"
              value={draft.name}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              onChange={(event) => change({ name: event.target.value })}
              data-testid="place-name"
            />
          </span>
        )}
      </Field>
      {parents.length > 0 ? (
        <Field label={t('rooms.field.parent')}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              value={draft.parent ?? ''}
              options={parents.map((entry) => ({ value: entry.id, label: pathName(tree.places, entry) }))}
              onChange={(parent) => change({ parent, unit: '' })}
              testId="place-parent"
            />
          )}
        </Field>
      ) : null}
      <div className="place-units">
        {place.kind === 'node' ? (
          <Field
            label={t('rooms.field.unit')}
            hint={t('rooms.field.unit.hint')}
            error={fault === 'unit' ? t('rooms.fault.units', { most: MAX_RACK_UNITS }) : null}
          >
            {({ id, describedBy, invalid }) => rackUnits(draft.unit, id, 'unit', describedBy, invalid)}
          </Field>
        ) : null}
        {place.kind === 'node' || place.kind === 'rack' ? (
          <Field label={t('rooms.field.height')} error={fault === 'height' ? t('rooms.fault.units', { most: MAX_RACK_UNITS }) : null}>
            {({ id, describedBy, invalid }) => rackUnits(draft.heightU, id, 'heightU', describedBy, invalid)}
          </Field>
        ) : null}
      </div>
      <div className="place-actions">
        <Button type="submit" tone="primary" waiting={busy || operations.length === 0} data-testid="place-save">
          {t('rooms.save')}
        </Button>
        <Button waiting={typed === null} onClick={() => setTyped(null)}>
          {t('rooms.discard')}
        </Button>
        <span className="toolbar-end">
          {childKinds[place.kind].map((kind) => (
            <Button
              key={kind}
              icon="plus"
              waiting={busy}
              onClick={() => void make([{ op: 'add', kind, parent: place.id, name: t(`rooms.new.${kind}`) }])}
              data-testid={`place-add-${kind}`}
            >
              {t(`rooms.add.${kind}`)}
            </Button>
          ))}
        </span>
      </div>
    </form>
  );
}

/** "Hall 1 · A · A3" */
function pathName(places: readonly TreeNode[], place: TreeNode): string {
  const above = places.find(({ id }) => id === place.parent);
  return above ? `${pathName(places, above)} · ${place.name}` : place.name;
}
