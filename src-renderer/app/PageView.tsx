import { createElement, Suspense, use, type ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { EmptyState } from '../ui/EmptyState';
import { pages, type PageProps } from './pages';
import { toPage, type Address, type PageId, type ParamsOf } from './paths';
import styles from './PageView.module.css';

/** The page that an address names, or that there is none. */
export function PageView({ address }: { readonly address: Address }): ReactNode {
  const { t } = useTexts();
  if (address.page === 'unknown') {
    return (
      <EmptyState page icon="unlink" title={t('app.unknown.title')} action={<a href={toPage('room')}>{t('app.unknown.step')}</a>}>
        <code>{address.hash}</code>
      </EmptyState>
    );
  }
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Loaded page={address.page} params={address.params} view={address.view} />
    </Suspense>
  );
}

interface LoadedProps<P extends PageId> {
  readonly page: P;
  readonly params: ParamsOf<P>;
  readonly view: string | null;
}

function Loaded<P extends PageId>({ page, params, view }: LoadedProps<P>): ReactNode {
  const row = pages[page].view;
  const component = row.get() ?? use(row.want());
  const props: PageProps<P> = { ...params, view };
  return createElement(component, props);
}

/** The outline of a page whose code is on its way; seen only when that takes a moment. */
function PageSkeleton(): ReactNode {
  const { t } = useTexts();
  return (
    <div className={styles['skeleton']} aria-busy data-testid="page-skeleton">
      <span className="visually-hidden">{t('ui.loading')}</span>
      <div className={styles['head']} />
      <div className={styles['body']} />
    </div>
  );
}
