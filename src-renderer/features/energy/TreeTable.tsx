import { useState, type DragEvent, type ReactNode } from 'react';
import { usualSideOf, type PowerPlace, type PowerTree, type PowerTreeOperation, type PowerTreeState } from '@shared/model/power-tree';
import { useTexts } from '../../i18n/use-texts';
import { QuantityText } from '../../ui/QuantityText';
import styles from './energy.module.css';

interface TreeTableProps {
  readonly tree: PowerTree;
  readonly state: PowerTreeState | null;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  readonly onEdit: (...operations: readonly PowerTreeOperation[]) => Promise<boolean>;
}

/** What is being dragged: a place to another parent, or a meter to a place. */
type Dragged = { readonly place: string } | { readonly meter: string };

/** The places with what each draws and gives, and what of that nothing below it explains. */
export function TreeTable({ tree, state, selected, onSelect, onEdit }: TreeTableProps): ReactNode {
  const { t } = useTexts();
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
      <table className="table" data-testid="energy-tree">
        <thead>
          <tr>
            <th scope="col">{t('energy.column.place')}</th>
            <th scope="col" className="num">
              {t('energy.column.input')}
            </th>
            <th scope="col" className="num">
              {t('energy.column.output')}
            </th>
            <th scope="col" className="num" title={t('energy.column.unexplained.hint')}>
              {t('energy.column.unexplained')}
            </th>
          </tr>
        </thead>
        <tbody>
          {tree.places.map((place) => {
            const now = state?.places.find(({ id }) => id === place.id);
            return (
              <tr
                key={place.id}
                data-place={place.id}
                data-name={place.name}
                className={over === place.id ? styles.over : undefined}
                {...drags({ place: place.id })}
                onDragOver={(event) => {
                  event.preventDefault();
                  setOver(place.id);
                }}
                onDragLeave={() => setOver(null)}
                onDrop={() => drop(place)}
              >
                <td>
                  <button
                    type="button"
                    className={styles.place}
                    style={{ paddingInlineStart: `calc(var(--s3) * ${depthOf(tree.places, place)})` }}
                    aria-current={place.id === selected || undefined}
                    onClick={() => onSelect(place.id)}
                  >
                    <span className={styles.name}>{place.name}</span>
                    {isCalledByKind(place.name, t(`message.powerPlace.${place.kind}`)) ? null : (
                      <span className={styles.kind}>{t(`message.powerPlace.${place.kind}`)}</span>
                    )}
                  </button>
                </td>
                <td className="num">
                  <QuantityText quantity={now?.inputW ?? null} />
                </td>
                <td className="num">
                  <QuantityText quantity={now?.outputW ?? null} />
                </td>
                <td className="num" data-testid="energy-unexplained" title={unexplainedTitle(now)}>
                  <QuantityText quantity={now?.unexplainedW ?? null} />
                  {now?.holdsLosses === true && now.unexplainedW !== null ? (
                    <span className={styles.kind}> {t('energy.withLosses')}</span>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
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

  function unexplainedTitle(now: PowerTreeState['places'][number] | undefined): string | undefined {
    if (now === undefined || now.unmetered.length === 0) return undefined;
    const names = now.unmetered.map((id) => tree.places.find((place) => place.id === id)?.name ?? id);
    return t('energy.unmetered', { places: names.join(', ') });
  }
}

/** A name that says the kind already. */
const isCalledByKind = (name: string, kind: string): boolean => name.toLowerCase() === kind.toLowerCase();

function depthOf(places: readonly PowerPlace[], place: PowerPlace): number {
  let depth = 0;
  for (let above = place.parent; above !== null; depth += 1) above = places.find(({ id }) => id === above)?.parent ?? null;
  return depth;
}
