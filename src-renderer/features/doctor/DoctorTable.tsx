import type { ReactNode } from 'react';
import type { DoctorItem } from '@shared/model/doctor';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { Copyable } from '../../ui/Copyable';

const groups = ['sensor', 'engine', 'permission', 'storage', 'interface'] as const;

export function DoctorTable({ items }: { readonly items: readonly DoctorItem[] }): ReactNode {
  const { t } = useTexts();
  return groups.map((group) => {
    const own = items.filter((item) => item.group === group);
    if (own.length === 0) return null;
    return (
      <section key={group} className="doctor-group" aria-label={t(`doctor.group.${group}`)}>
        <h2>{t(`doctor.group.${group}`)}</h2>
        <ul>
          {own.map((item) => (
            <li key={item.id} className="doctor-item" data-item={item.id} data-state={item.state}>
              <span className={`doctor-state doctor-${item.state}`}>
                <span className="status-mark" aria-hidden />
                {t(`doctor.code.${item.state}`)}
              </span>
              <span className="doctor-name">{formatMessage(t, item.name)}</span>
              <span className="doctor-detail">{formatMessage(t, item.detail)}</span>
              {item.repair === null ? null : (
                <span className="doctor-repair">
                  <span className="doctor-repair-word">{t('doctor.repair')}</span>
                  <Copyable text={formatMessage(t, item.repair)} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
    );
  });
}
