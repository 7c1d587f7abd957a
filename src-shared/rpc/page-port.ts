/** Preload → desktop: a page is there and wants its port to the core. */
export const PORT_REQUEST = 'coldaisle:want-port';
/** Desktop → preload → page (as `event.data` of a window message with one port): here it is; also after each restart of the core. */
export const PORT_DELIVERY = 'coldaisle:port';
