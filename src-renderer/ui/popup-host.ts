import { createContext, useContext, type RefObject } from 'react';

/** Whether what is drawn here stands in a surface that covers the page. */
export const InModal = createContext(false);

/** Looked up when something opens: what is drawn together with the landmark comes before it is there. */
const main: RefObject<HTMLElement | null> = {
  get current() {
    return document.getElementById('main');
  },
};

/**
 * Where a list or a panel that opens here is put: within the page's landmark, as its button is, so that who walks the page by landmarks
 * finds it there; in what covers the page beside that, since all behind it is out of reach.
 */
export function usePopupHost(): RefObject<HTMLElement | null> | undefined {
  return useContext(InModal) ? undefined : main;
}
