import type { ReactNode } from 'react';
import { Menu } from '@base-ui/react/menu';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../Button';
import menu from '../Menu.module.css';
import type { DataColumn } from './columns';
import { usePopupHost } from '../popup-host';
import styles from './table.module.css';

interface ColumnMenuProps<T> {
  readonly tableId: string;
  readonly columns: readonly DataColumn<T>[];
  readonly visibility: Readonly<Record<string, boolean>>;
  readonly canReset: boolean;
  readonly onShow: (column: string, shown: boolean) => void;
  readonly onReset: () => void;
}

/** Which columns a table shows, each under its heading. Stays open while several are chosen. */
export function ColumnMenu<T>({ tableId, columns, visibility, canReset, onShow, onReset }: ColumnMenuProps<T>): ReactNode {
  const { t } = useTexts();
  const choices = columns.filter(({ role, isFileOnly }) => role === undefined && isFileOnly !== true);
  const groups = [...new Set(choices.map(({ group = '' }) => group))];
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button icon="columns" data-testid={`columns-${tableId}`} />}>{t('table.columns')}</Menu.Trigger>
      <Menu.Portal container={usePopupHost()}>
        <Menu.Positioner className={menu['positioner']} align="end" sideOffset={4} collisionPadding={8}>
          <Menu.Popup className={`${menu['popup'] ?? ''} ${styles['menu'] ?? ''}`} aria-label={t('table.columns')}>
            {groups.map((group) => (
              <Menu.Group key={group}>
                {group === '' ? null : <Menu.GroupLabel className={styles['group']}>{group}</Menu.GroupLabel>}
                {choices
                  .filter((column) => (column.group ?? '') === group)
                  .map(({ id, name }) => (
                    <Menu.CheckboxItem
                      key={id}
                      className={`${menu['item'] ?? ''} ${styles['choice'] ?? ''}`}
                      checked={visibility[id] === true}
                      onCheckedChange={(shown) => onShow(id, shown)}
                      data-testid={`column-${id}`}
                    >
                      <span className={styles['box']} aria-hidden>
                        <Menu.CheckboxItemIndicator className={styles['tick']} />
                      </span>
                      {name}
                    </Menu.CheckboxItem>
                  ))}
              </Menu.Group>
            ))}
            <Menu.Separator className={styles['separator']} />
            <Menu.Item className={menu['item']} disabled={!canReset} onClick={onReset} data-testid={`columns-${tableId}-reset`}>
              {t('table.reset')}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
