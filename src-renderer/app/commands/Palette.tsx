import { useMemo, useState, type ReactNode } from 'react';
import { Autocomplete } from '@base-ui/react/autocomplete';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Icon } from '../../ui/Icon';
import { ModalSurface } from '../../ui/Dialog';
import type { Overlay } from './command';
import { findGroups, startGroups, type PaletteGroup, type PaletteItem } from './find';
import { keyText } from './keys';
import styles from './Palette.module.css';
import { keepRecent, recentIds } from './recent';
import { usePinyin } from './use-pinyin';
import { useFoundRuns, useItems } from './use-items';

interface PaletteProps {
  readonly onClose: () => void;
  readonly show: (overlay: Overlay) => void;
}

/** Pages, runs, devices, metrics and actions by a few letters of their name. Mounted = open. */
export function Palette({ onClose, show }: PaletteProps): ReactNode {
  const { t } = useTexts();
  const services = useServices();
  const [text, setText] = useState('');
  const typed = text.trim();
  const context = useMemo(() => ({ services, show }), [services, show]);
  const items = useItems(context);
  const runs = useFoundRuns(typed);
  const soundsLike = usePinyin(items);
  const [recent] = useState(() => recentIds(window.localStorage));
  const groups = useMemo(
    () => (typed === '' ? startGroups([...items, ...runs], recent) : findGroups(items, runs, typed, soundsLike)),
    [items, runs, recent, typed, soundsLike],
  );
  const choose = (item: PaletteItem): void => {
    keepRecent(window.localStorage, item.id);
    // First: what is chosen may be another dialog.
    onClose();
    item.act();
  };
  return (
    <ModalSurface label={t('command.palette')} className={styles['popup']} onClose={onClose}>
      <Autocomplete.Root
        inline
        open
        mode="none"
        items={groups}
        value={text}
        onValueChange={setText}
        autoHighlight="always"
        itemToStringValue={(item: PaletteItem) => item.title}
      >
        <div className={styles['search']}>
          <Icon name="search" size={18} />
          <Autocomplete.Input
            className={styles['input']}
            aria-label={t('command.palette')}
            placeholder={t('command.placeholder')}
            data-testid="palette-input"
          />
        </div>
        <Autocomplete.Empty className={styles['empty']}>{t('command.none')}</Autocomplete.Empty>
        <Autocomplete.List className={styles['list']} data-testid="palette-list">
          {(group: PaletteGroup) => (
            <Autocomplete.Group key={group.kind} items={group.items} className={styles['group']}>
              <Autocomplete.GroupLabel className={styles['label']}>{t(`command.group.${group.kind}`)}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(item: PaletteItem) => (
                  <Autocomplete.Item key={item.id} value={item} className={styles['item']} onClick={() => choose(item)} data-item={item.id}>
                    <Icon name={item.icon} />
                    <span className={styles['title']}>{item.title}</span>
                    <span className={styles['detail']}>{item.detail}</span>
                    {item.key === null ? null : <kbd>{keyText(item.key)}</kbd>}
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </ModalSurface>
  );
}
