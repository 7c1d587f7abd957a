import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Activity as Work } from '../../data/activity';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { Icon } from '../../ui/Icon';
import { SidePanel } from '../../ui/SidePanel';
import { useToast } from '../../ui/Toasts';
import { ActivityItem } from './ActivityItem';
import { ImportHost } from './import/ImportHost';
import styles from './activity.module.css';

const isUnderWay = ({ state }: Work): boolean => state === 'running' || state === 'waiting';

/** Uploads, imports, exports and backups, whatever page is shown: how far they are, and what came of them. Nothing while there are none. */
export function Activity(): ReactNode {
  const { work } = useServices();
  const activities = useReadable(work);
  return (
    <>
      <EndsTold activities={activities} />
      {activities.length > 0 ? <ActivityPanel activities={activities} /> : null}
      <ImportHost />
    </>
  );
}

function ActivityPanel({ activities }: { readonly activities: readonly Work[] }): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const running = activities.filter(isUnderWay);
  const failed = activities.some(({ state }) => state === 'failed');
  const label = running.length > 0 ? t('activity.running', { count: running.length }) : t(failed ? 'activity.failedSome' : 'activity.over');
  return (
    <SidePanel
      title={t('activity.title')}
      open={open}
      onOpenChange={setOpen}
      testId="activity"
      trigger={
        <button
          type="button"
          className={styles['entry']}
          aria-label={label}
          title={label}
          data-failed={failed || undefined}
          data-running={running.length > 0 || undefined}
          data-testid="activity-open"
        >
          <Icon name={failed ? 'warning' : 'activity'} size={18} />
          {running.length > 0 ? <span>{running.length}</span> : null}
        </button>
      }
    >
      <ul className={styles['list']} aria-label={t('activity.title')}>
        {activities.map((activity) => (
          <ActivityItem key={activity.key} activity={activity} onFollow={() => setOpen(false)} />
        ))}
      </ul>
    </SidePanel>
  );
}

/** Says in passing how work ended that was seen under way. */
function EndsTold({ activities }: { readonly activities: readonly Work[] }): null {
  const { t } = useTexts();
  const toast = useToast();
  const before = useRef<readonly Work[]>([]);
  useEffect(() => {
    const wasUnderWay = new Set(before.current.filter(isUnderWay).map(({ key }) => key));
    before.current = activities;
    for (const { key, kind, name, state, error } of activities) {
      if (!wasUnderWay.has(key)) continue;
      if (state === 'done') toast(({ t }) => t(`activity.ended.${kind}`, { name }));
      if (state === 'failed') toast(({ t }) => [t(`activity.broke.${kind}`, { name }), error ? errorText(t, error) : ''].join(' '), 'bad');
    }
  }, [activities, t, toast]);
  return null;
}
