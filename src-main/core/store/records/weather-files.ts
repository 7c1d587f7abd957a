import { z } from 'zod';
import type { Log } from '@shared/base/log';
import { WeatherRecord } from '@shared/model/weather';
import { parseJson } from '../file/json';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';
import { samples } from '../samples/repository';
import type { SampleTables } from '../samples/samples';

export interface WeatherFilesTable {
  /** By the time that they are of. What cannot be read is none, with a line in the log. */
  list(): WeatherRecord[];
  /** In place of one of the same device. */
  put(record: WeatherRecord): void;
  /** With its samples. @returns whether it was there */
  remove(device: string): boolean;
}

/** A JSON array in `meta`: a room has a handful. */
const KEY = 'weather_files';

function openWeatherFiles(db: WriteHandle, log: Log, series: Pick<SampleTables, 'dropDevice' | 'forgetDeleted'>): WeatherFilesTable {
  const select = db.query<{ value: string }>('SELECT value FROM meta WHERE key = ?');
  const putMeta = db.change('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const list = (): WeatherRecord[] => {
    const stored = select.get(KEY);
    if (stored === undefined) return [];
    const read = z.array(WeatherRecord).safeParse(parseJson(stored.value));
    if (read.success) return read.data;
    log('warn', `the list of weather files cannot be read and is left out: ${read.error.issues[0]?.message ?? ''}`);
    return [];
  };
  const write = (records: readonly WeatherRecord[]): void =>
    void putMeta.run(KEY, JSON.stringify([...records].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)));
  return {
    list,
    put: (record) => db.transaction(() => write([...list().filter(({ device }) => device !== record.device), record])),
    remove(device) {
      const removed = db.transaction(() => {
        const before = list();
        const after = before.filter((own) => own.device !== device);
        if (after.length === before.length) return false;
        series.dropDevice(device);
        write(after);
        return true;
      });
      if (removed) series.forgetDeleted();
      return removed;
    },
  };
}

/** The files whose weather is in the history. */
export const weatherFiles = repository({
  migrations: [],
  write: ({ db, log, of }) => openWeatherFiles(db, log, of(samples)),
  ...noQueries,
});
