import { useEffect } from 'react';
import { Store } from '../data/store';

/** What the page in sight calls itself, such as a run by its name; null = by its kind, as the navigation does. */
export const pageTitle = new Store<string | null>(null);

/** Names the window after what the page shows; null while that is not known. */
export function usePageTitle(name: string | null): void {
  useEffect(() => {
    pageTitle.set(name);
    return () => pageTitle.set(null);
  }, [name]);
}
