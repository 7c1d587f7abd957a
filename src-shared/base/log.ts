export type LogLevel = 'info' | 'warn' | 'error';

/** What an entry is about, by name: a device, a count, a path. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one entry. Never throws and never waits: a log that cannot be written must not end what it tells of. */
export type Log = (level: LogLevel, text: string, fields?: LogFields) => void;
