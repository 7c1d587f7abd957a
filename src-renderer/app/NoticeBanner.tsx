import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { useServices } from '../rpc/context';
import { useValue } from '../rpc/hooks';
import { IconButton } from '../ui/Button';
import { Icon } from '../ui/Icon';

/** What the core found at its start and people should know, e.g. that a broken database was set aside. */
export function NoticeBanner(): ReactNode {
  const { t } = useTexts();
  const info = useValue(useServices().info);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const notices = (info?.notices ?? []).filter((notice) => !closed.has(notice.code + notice.detail));
  return notices.map((notice) => (
    <div key={notice.code + notice.detail} className="banner banner-warn" role="status" data-testid={`notice-${notice.code}`}>
      <Icon name="warning" />
      <span>
        {t(`notice.${notice.code}`)} <code>{notice.detail}</code>
      </span>
      <IconButton icon="close" label={t('ui.close')} onClick={() => setClosed(new Set([...closed, notice.code + notice.detail]))} />
    </div>
  ));
}
