import type { Migration } from './migration';

/**
 * What the core says of an event, as the name of a text and what stands in it (a `Phrase` as JSON), so that the window can
 * translate it; `text` goes on having the English words. Null for people's notes, and for what was recorded before.
 */
export const eventPhrases: Migration = { version: 5, name: 'event phrases', sql: 'ALTER TABLE event ADD COLUMN said TEXT;' };
