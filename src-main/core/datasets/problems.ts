import { AppError } from '@shared/contract/errors';
import { message, type KeyedMessage, type Message } from '@shared/text/message';

/** Problems that are told one by one; the others are counted. */
const TOLD = 5;

/** What of a source cannot be read, by file and line. */
export class Problems {
  private readonly told: KeyedMessage[] = [];
  private counted = 0;

  get count(): number {
    return this.counted;
  }

  /** @param line of a text, from 1; null = the file as a whole */
  add(file: string, line: number | null, why: Message): void {
    this.counted += 1;
    if (this.told.length < TOLD)
      this.told.push(line === null ? message('message.data.badFile', { file, why }) : message('message.data.badLine', { file, line, why }));
  }

  /** What was left out; null = nothing. */
  note(): KeyedMessage | null {
    const problems = this.joined();
    return problems === null ? null : message('message.data.skipped', { count: this.counted, problems });
  }

  /** @throws {AppError} `invalid-input` where there was any */
  refuse(): void {
    const problems = this.joined();
    if (problems !== null) throw new AppError('invalid-input', message('message.data.badMore', { count: this.counted, problems }));
  }

  private joined(): KeyedMessage | null {
    const [first, ...rest] = this.told;
    if (first === undefined) return null;
    return rest.reduce((one, others) => message('message.data.list', { one, others }), first);
  }
}

/** A file that cannot be read, whatever was chosen. */
export const fileError = (file: string, why: Message): AppError =>
  new AppError('invalid-input', message('message.data.bad', { first: message('message.data.badFile', { file, why }) }));
