import { useMemo, useState, type DragEvent, type ReactNode } from 'react';
import { usualSideOf, type PowerPlace, type PowerTree, type PowerTreeOperation, type PowerTreeState } from '@shared/model/power-tree';
import type { Quantity } from '@shared/model/provenance';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { QuantityText } from '../../ui/QuantityText';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import styles from './energy.module.css';

interface TreeTableProps {
  readonly tree: PowerTree;
  readonly state: PowerTreeState | null;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  readonly onEdit: (...operations: readonly PowerTreeOperation[]) => Promise<boolean>;
}

type PlaceNow = PowerTreeState['places'][number];

interface Row {
  readonly place: PowerPlace;
  /** How many places stand above it. */
  readonly depth: number;
  /** Undefined until the core has told. */
  readonly now: PlaceNow | undefined;
  /** The names of those below it that no meter tells of. */
  readonly unmetered: readonly string[];
}

/** A tree that is taller than a look is narrowed by words. */
const FILTERED_FROM = 12;
const idOf = ({ place }: Row): string => place.id;

/** What is being dragged: a place to another parent, or a meter to a place. */
type Dragged = { readonly place: string } | { readonly meter: string };

/** The places with what each draws and gives, and what of that nothing below it explains. */
export function TreeTable({ tree, state, selected, onSelect, onEdit }: TreeTableProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const columns = useMemo(() => treeColumns(texts, selected, onSelect), [texts, selected, onSelect]);
  const rows = useMemo(() => rowsOf(tree.places, state), [tree.places, state]);
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const drop = (place: PowerPlace): void => {
    setOver(null);
    setDragged(null);
    if (dragged === null) return;
    if ('place' in dragged) {
      if (dragged.place !== place.id) void onEdit({ op: 'move', id: dragged.place, parent: place.id });
      return;
    }
    const side = usualSideOf(place.kind);
    void onEdit({ op: 'meter', id: place.id, device: dragged.meter, side, classPercent: 1 });
  };
  const drags = (what: Dragged) => ({
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.stopPropagation();
      event.dataTransfer.effectAllowed = 'move';
      setDragged(what);
    },
    onDragEnd: () => setDragged(null),
  });
  const placed = new Set(tree.places.flatMap(({ meters }) => meters.map(({ device }) => device)));
  const free = (state?.meters ?? []).filter(({ device }) => !placed.has(device) && device.split('/').length <= 2);
  return (
    <section className={styles.tree} aria-label={t('energy.tree')}>
      <DataTable
        id="energy-tree"
        label={t('energy.tree')}
        columns={columns}
        rows={rows}
        rowId={idOf}
        rowProps={({ place }) => ({
          'data-place': place.id,
          'data-name': place.name,
          className: over === place.id ? styles.over : undefined,
          ...drags({ place: place.id }),
          onDragOver: (event) => {
            event.preventDefault();
            setOver(place.id);
          },
          onDragLeave: () => setOver(null),
          onDrop: () => drop(place),
        })}
        tools={rows.length > FILTERED_FROM ? 'all' : 'columns'}
        testId="energy-tree"
      />
      {free.length === 0 ? null : (
        <p className={styles.free} data-testid="energy-free">
          {t('energy.free')}{' '}
          {free.map(({ device, label }) => (
            <span key={device} className={styles.meter} title={device} {...drags({ meter: device })}>
              {label}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

function treeColumns({ t, format }: Texts, selected: string, onSelect: (id: string) => void): DataColumn<Row>[] {
  const power = (id: 'input' | 'output' | 'unexplained', of: (now: PlaceNow) => Quantity | null): DataColumn<Row> => ({
    id,
    name: t(`energy.column.${id}`),
    valueUnit: 'W',
    isNumber: true,
    canSort: false,
    value: ({ now }) => (now && of(now)?.value) ?? null,
    text: ({ now }) => format.withUnit(format.quantity((now && of(now)?.value) ?? null, 'W', 1)),
    cell: ({ now }) => <QuantityText quantity={now === undefined ? null : of(now)} />,
  });
  return [
    {
      id: 'place',
      name: t('energy.column.place'),
      role: 'head',
      // Its order is the tree: sorted, a place would stand under one that does not feed it.
      canSort: false,
      value: ({ place }) => place.name,
      title: ({ place }) => t(`message.powerPlace.${place.kind}`),
      cell: ({ place, depth }) => (
        <button
          type="button"
          className={styles.place}
          style={{ paddingInlineStart: `calc(var(--s3) * ${depth})` }}
          aria-current={place.id === selected || undefined}
          onClick={() => onSelect(place.id)}
        >
          <span className={styles.name}>{place.name}</span>
          {isCalledByKind(place.name, t(`message.powerPlace.${place.kind}`)) ? null : (
            <span className={styles.kind}>{t(`message.powerPlace.${place.kind}`)}</span>
          )}
        </button>
      ),
    },
    power('input', ({ inputW }) => inputW),
    power('output', ({ outputW }) => outputW),
    {
      ...power('unexplained', ({ unexplainedW }) => unexplainedW),
      hint: t('energy.column.unexplained.hint'),
      title: ({ unmetered }) => (unmetered.length === 0 ? undefined : t('energy.unmetered', { places: unmetered.join(', ') })),
      cell: ({ now }) => (
        <span data-testid="energy-unexplained">
          <QuantityText quantity={now?.unexplainedW ?? null} />
          {now?.holdsLosses === true && now.unexplainedW !== null ? <span className={styles.kind}> {t('energy.withLosses')}</span> : null}
        </span>
      ),
    },
  ];
}

/** A name that says the kind already. */
const isCalledByKind = (name: string, kind: string): boolean => name.toLowerCase() === kind.toLowerCase();

function rowsOf(places: readonly PowerPlace[], state: PowerTreeState | null): Row[] {
  const names = new Map(places.map(({ id, name }) => [id, name]));
  const states = new Map(state?.places.map((now) => [now.id, now]));
  return places.map((place) => {
    const now = states.get(place.id);
    return { place, depth: depthOf(places, place), now, unmetered: now?.unmetered.map((id) => names.get(id) ?? id) ?? [] };
  });
}

function depthOf(places: readonly PowerPlace[], place: PowerPlace): number {
  let depth = 0;
  for (let above = place.parent; above !== null; depth += 1) above = places.find(({ id }) => id === above)?.parent ?? null;
  return depth;
}
