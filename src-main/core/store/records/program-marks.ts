import { dirname } from 'node:path';
import type { Log } from '@shared/base/log';
import { MarkRule, patternFault, type MarkedProgram } from '@shared/model/mark';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

export interface ProgramMarkTable {
  /** In the order they were made. What cannot be read stays in the file and is left out, with a line in the log. */
  of(program: MarkedProgram): MarkRule[];
  /** Of all programs of the nearest folder that has any: this one, or one that it lies in. */
  near(folder: string): MarkRule[];
  /** Keeps a rule in the place of the one that has this name; null = as a new one. */
  put(program: MarkedProgram, rule: MarkRule, replaces: string | null): void;
  remove(program: MarkedProgram, name: string): void;
}

function openProgramMarkTable(db: WriteHandle, log: Log): ProgramMarkTable {
  const select = db.query<MarkRule>('SELECT name, pattern FROM program_mark WHERE command = ? AND cwd = ? ORDER BY id');
  const selectIn = db.query<MarkRule>('SELECT DISTINCT name, pattern FROM program_mark WHERE cwd = ? ORDER BY id');
  const insert = db.change('INSERT INTO program_mark (command, cwd, name, pattern) VALUES (?, ?, ?, ?)');
  const update = db.change('UPDATE program_mark SET name = ?, pattern = ? WHERE command = ? AND cwd = ? AND name = ?');
  const remove = db.change('DELETE FROM program_mark WHERE command = ? AND cwd = ? AND name = ?');
  const sound = (rows: readonly MarkRule[], owner: string): MarkRule[] =>
    rows.flatMap((row) => {
      const read = MarkRule.safeParse(row);
      if (read.success && patternFault(read.data.pattern) === null) return [read.data];
      log('warn', `the rule ${row.name} of ${owner} cannot be read and is left out`);
      return [];
    });
  return {
    of: ({ command, cwd }) => sound(select.all(command, cwd), command),
    near(folder) {
      for (let at = folder, above = dirname(at); ; at = above, above = dirname(at)) {
        const rules = sound(selectIn.all(at), at);
        if (rules.length > 0 || above === at) return rules;
      }
    },
    put: ({ command, cwd }, { name, pattern }, replaces) =>
      db.transaction(() => {
        if (replaces === null || update.run(name, pattern, command, cwd, replaces) === 0) insert.run(command, cwd, name, pattern);
      }),
    remove: ({ command, cwd }, name) => db.transaction(() => void remove.run(command, cwd, name)),
  };
}

const table: Migration = {
  version: 30,
  name: 'program marks',
  sql: `
    -- The numbers in a program's lines that a person gave a name (model/mark.ts).
    CREATE TABLE program_mark (
      id INTEGER PRIMARY KEY,
      command TEXT NOT NULL,
      cwd TEXT NOT NULL,
      name TEXT NOT NULL,
      pattern TEXT NOT NULL,
      UNIQUE (command, cwd, name)
    ) STRICT;
  `,
};

/** What persons marked in the lines of programs. */
export const programMarks = repository({ migrations: [table], write: ({ db, log }) => openProgramMarkTable(db, log), ...noQueries });
