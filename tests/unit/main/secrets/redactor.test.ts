import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { message, messageOf } from '@shared/text/message';
import { Redactor } from '../../../../src-main/core/secrets/redactor';

const VALUE = 'p@ss/w0rd +"é"';

function knowing(...values: readonly string[]): Redactor {
  const redactor = new Redactor();
  values.forEach((value, i) => redactor.add(`s${i}`, value));
  return redactor;
}

describe('Redactor', () => {
  it.each([
    ['itself', VALUE],
    ['in JSON', JSON.stringify({ password: VALUE })],
    ['in an address, encoded', `https://user:${encodeURIComponent(VALUE)}@pdu/`],
    ['in an address, encoded in lower case', encodeURIComponent(VALUE).toLowerCase()],
    ['in a form', new URLSearchParams({ p: VALUE }).toString()],
    ['in base64', Buffer.from(VALUE).toString('base64')],
    ['in base64 for addresses', Buffer.from(VALUE).toString('base64url')],
    ['behind a name of one letter, as Basic has it', Buffer.from(`a:${VALUE}`).toString('base64')],
    ['behind a name of two letters', Buffer.from(`ab:${VALUE}`).toString('base64')],
    ['behind a name of three letters, and before more', Buffer.from(`abc:${VALUE}:x`).toString('base64')],
    ['in hexadecimal', Buffer.from(VALUE).toString('hex')],
  ])('leaves it out: %s', (_what, text) => {
    expect(knowing(VALUE).redact(`before ${text} after`)).toMatch(/^before .*\[secret s0\].* after$/);
  });

  it('keeps all else as it is, and does nothing before it knows one', () => {
    expect(new Redactor().redact('public')).toBe('public');
    expect(knowing(VALUE).redact('the meter at 10.0.0.7 answers')).toBe('the meter at 10.0.0.7 answers');
  });

  it('knows the lines of a key, values that begin like another, and those that were changed', () => {
    const pem = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nabc\n-----END KEY-----';
    expect(knowing(pem).redact('bad line MIIEvQIBADANBgkqhkiG')).toBe('bad line [secret s0]');
    expect(knowing('abcd', 'abcdefgh').redact('abcdefgh abcd')).toBe('[secret s1] [secret s0]');
    const redactor = new Redactor();
    redactor.add('x', 'old-value');
    redactor.add('x', 'new-value');
    expect(redactor.redact('old-value new-value')).toBe('[secret x] [secret x]');
  });

  it('does not take a value of a few letters for a secret', () => {
    expect(knowing('a', 'no').redact('no answer')).toBe('no answer');
  });

  it('reaches into messages and errors', () => {
    const redactor = knowing('hunter22');
    expect(redactor.redactMessage(message('message.unreadable', { path: 'http://u:hunter22@x' }))).toEqual(
      message('message.unreadable', { path: 'http://u:[secret s0]@x' }),
    );
    const error = new Error('outer hunter22', { cause: new Error('inner hunter22') });
    redactor.redactError(error);
    expect(`${error.message} ${error.stack} ${(error.cause as Error).stack}`).not.toContain('hunter22');
  });

  it('reaches what is shown of an error, what it joins, and an error that caused itself', () => {
    const redactor = knowing('hunter22');
    const inner = new AppError('internal', message('message.unreadable', { path: 'http://u:hunter22@x' }));
    const both = new AggregateError([inner, new Error('the other hunter22')], 'both hunter22');
    inner.cause = both;
    redactor.redactError(both);
    expect(messageOf(inner)).toEqual(message('message.unreadable', { path: 'http://u:[secret s0]@x' }));
    expect([both.message, both.stack, inner.message, String(both.errors[1])].join()).not.toContain('hunter22');
  });

  it('lets no value through, whatever it is and however it is written', () => {
    // Half of a surrogate pair cannot be written as UTF-8, and so is told as another sign.
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' }), fc.string(), (value, around) => {
        const redacted = knowing(value).redact.bind(null);
        for (const form of [value, JSON.stringify(value), encodeURIComponent(value), Buffer.from(value).toString('base64')]) {
          const told = redacted(`${around} ${form} ${around}`);
          expect(told).toContain('[secret s0]');
        }
        for (let i = 0; i < 3; i++) {
          const basic = Buffer.from(`${'u'.repeat(i)}:${value}`).toString('base64');
          expect(Buffer.from(redacted(basic), 'base64').toString()).not.toContain(value);
        }
      }),
    );
  });
});
