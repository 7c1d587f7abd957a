import { MessageError, type KeyedMessage, type Message } from '@shared/text/message';
import type { DoctorItem } from '@shared/model/doctor';
import type { EventInput } from '@shared/model/event';
import { SECRET_MIN_LENGTH } from '@shared/model/secret';

/** A line of a key or a certificate is recognised by itself from this length on. */
const MIN_LINE_LENGTH = 8;

/**
 * Leaves the values of secrets out of text, also where they are written as base64, hexadecimal, in an address or in JSON.
 * It knows each value that this process has seen, also after it was changed or removed: old ones are told of late.
 */
export class Redactor {
  /** Each way a value can be written, and whose it is. */
  readonly #written = new Map<string, string>();
  #pattern: RegExp | null = null;

  add(id: string, value: string): void {
    if (value.length < SECRET_MIN_LENGTH) return;
    for (const form of writtenForms(value)) if (form.length >= SECRET_MIN_LENGTH) this.#written.set(form, id);
    // The longest first: a value that begins like another is left out whole.
    const forms = [...this.#written.keys()].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'g');
  }

  readonly redact = (text: string): string =>
    this.#pattern === null ? text : text.replace(this.#pattern, (form) => `[secret ${this.#written.get(form) ?? ''}]`);

  /** The same for a text with parameters. */
  readonly redactMessage = (message: Message): Message => {
    if (this.#pattern === null) return message;
    if (typeof message === 'string') return this.redact(message);
    const params = Object.entries(message.params).map(([name, value]): [string, KeyedMessage['params'][string]] => [
      name,
      typeof value === 'number' ? value : this.redactMessage(value),
    ]);
    return { id: message.id, params: Object.fromEntries(params) };
  };

  /** The same for what the doctor found: a driver's or a device's words can quote what it was asked with. */
  redactItem(item: DoctorItem): DoctorItem {
    return { ...item, detail: this.redactMessage(item.detail), repair: item.repair === null ? null : this.redactMessage(item.repair) };
  }

  /** The same for what happened to a device or a run. */
  redactEvent(event: EventInput): EventInput {
    if (this.#pattern === null) return event;
    const { text, values = null } = event;
    const kept = Object.entries(values ?? {}).map(([name, value]): [string, number | string] => [
      name,
      typeof value === 'string' ? this.redact(value) : value,
    ]);
    return { ...event, text: this.redactMessage(text), ...(values === null ? {} : { values: Object.fromEntries(kept) }) };
  }

  /** Changes the error itself, its keyed message, and what caused it, so that whoever logs or shows it later cannot tell. */
  redactError(error: unknown, seen = new Set<unknown>()): void {
    if (this.#pattern === null || !(error instanceof Error) || seen.has(error)) return;
    seen.add(error);
    error.message = this.redact(error.message);
    if (error.stack !== undefined) error.stack = this.redact(error.stack);
    if (error instanceof MessageError) error.localized = this.redactMessage(error.localized);
    if (error instanceof AggregateError) for (const one of error.errors) this.redactError(one, seen);
    this.redactError(error.cause, seen);
  }
}

function writtenForms(value: string): Set<string> {
  const bytes = Buffer.from(value, 'utf8');
  const forms = new Set([value, JSON.stringify(value).slice(1, -1), bytes.toString('hex'), bytes.toString('hex').toUpperCase()]);
  for (const encoded of inAddresses(value)) {
    forms.add(encoded);
    forms.add(encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
    forms.add(encoded.replaceAll('%20', '+'));
  }
  for (const encoded of [0, 1, 2].map((offset) => base64At(bytes, offset))) {
    forms.add(encoded);
    forms.add(encoded.replaceAll('+', '-').replaceAll('/', '_'));
  }
  for (const line of value.split(/\r?\n/)) if (line.length >= MIN_LINE_LENGTH) forms.add(line);
  return forms;
}

function inAddresses(value: string): string[] {
  const address = new URL('http://host');
  address.password = value;
  try {
    return [encodeURIComponent(value), encodeURI(value), address.password];
  } catch {
    // URIError: half of a surrogate pair has no encoding of its own.
    return [address.password];
  }
}

/**
 * The letters of a longer base64 text in which these bytes stand after `offset` others (modulo 3): those that depend on
 * them alone. A password stands so behind the name of its user.
 */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
