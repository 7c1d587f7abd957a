import { useId, useRef, type ReactNode } from 'react';
import type { RunFacets } from '@shared/model/run-list';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';
import type { ValueColumn } from './run-view';

interface ColumnMenuProps {
  readonly facets: RunFacets;
  readonly columns: readonly ValueColumn[];
  readonly onColumns: (columns: readonly ValueColumn[]) => void;
}

/** Which of the runs' scalars and parameters have a column. */
export function ColumnMenu({ facets, columns, onColumns }: ColumnMenuProps): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const groups = [
    { name: t('training.columns.scalars'), columns: facets.scalars.map((name): ValueColumn => `scalar:${name}`) },
    { name: t('training.columns.best'), columns: facets.best.map((name): ValueColumn => `best:${name}`) },
    { name: t('training.columns.params'), columns: facets.params.map((name): ValueColumn => `param:${name}`) },
  ];
  const open = (opener: HTMLElement): void => {
    const element = panel.current;
    if (!element) return;
    element.showPopover();
    const { bottom, right } = opener.getBoundingClientRect();
    element.style.top = `${bottom + 4}px`;
    element.style.left = `${Math.max(8, right - element.getBoundingClientRect().width)}px`;
    element.querySelector('input')?.focus();
  };
  return (
    <>
      <Button aria-haspopup="dialog" aria-controls={id} onClick={(event) => open(event.currentTarget)} data-testid="choose-columns">
        {t('training.columns')}
      </Button>
      <div ref={panel} id={id} role="dialog" aria-label={t('training.columns')} popover="auto" className="column-menu">
        {groups.map((group) => (
          <fieldset key={group.name}>
            <legend>{group.name}</legend>
            {group.columns.length === 0 ? <p className="facts-empty">{t('training.columns.none')}</p> : null}
            {group.columns.map((column) => (
              <label key={column}>
                <input
                  type="checkbox"
                  checked={columns.includes(column)}
                  onChange={({ target }) =>
                    onColumns(target.checked ? [...columns, column] : columns.filter((candidate) => candidate !== column))
                  }
                  data-testid={`column-${column}`}
                />
                {column.slice(column.indexOf(':') + 1)}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </>
  );
}
