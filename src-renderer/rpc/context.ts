import { createContext, useContext } from 'react';
import type { Services } from '../data/services';
import type { Link } from './link';

/** What the bootstrap made and every component may use. */
export interface PageParts {
  readonly services: Services;
  readonly link: Link;
}

export const PageContext = createContext<PageParts | null>(null);

function usePage(): PageParts {
  const parts = useContext(PageContext);
  if (!parts) throw new Error('a component was drawn outside of PageContext');
  return parts;
}

export function useServices(): Services {
  return usePage().services;
}

export function useLink(): Link {
  return usePage().link;
}
