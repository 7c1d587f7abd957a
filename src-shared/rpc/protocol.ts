/** What a page and a core that understand each other both name at the WebSocket's start; another number, another wire. */
export const PROTOCOL = 'coldaisle.v2';
