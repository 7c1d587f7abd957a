import { message, MessageError, messageOf, type Message } from '@shared/text/message';

/** More than an exporter of a hall says. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The text at an address. @throws {MessageError} that says what to look at */
export async function fetchText({ url, headers }: HttpRequest, signal: AbortSignal): Promise<string> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, { headers, signal, redirect: 'follow' });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new MessageError(failureOf(host, error), { cause: error });
  }
  const { status } = response;
  if (!response.ok) {
    await response.body?.cancel();
    throw new MessageError(message(status === 401 || status === 403 ? 'message.http.signIn' : 'message.http.status', { host, status }));
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > MAX_BYTES) throw new MessageError(message('message.http.tooLong', { host, megabytes: MAX_BYTES / 2 ** 20 }));
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

function failureOf(host: string, error: unknown): Message {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause);
  if (code === 'ECONNREFUSED') return message('message.http.refused', { host });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return message('message.http.noHost', { host });
  const why = messageOf(cause ?? error);
  return message(/CERT|SELF_SIGNED|ALTNAME/.test(code) ? 'message.http.certificate' : 'message.http.failed', {
    host,
    why: why === '' ? code : why,
  });
}

/** Where a name has several addresses, the failures of all stand in one error. */
function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  if ('code' in cause && typeof cause.code === 'string' && cause.code !== '') return cause.code;
  return cause instanceof AggregateError ? codeOf(cause.errors[0]) : '';
}
