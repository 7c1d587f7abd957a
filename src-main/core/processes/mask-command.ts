import { MASK, isSecretName } from '@shared/model/secret-name';

/** No screen shows more of a command line. */
const MAX_LENGTH = 4_000;

/** --name, -name, or name: with its value in the next argument. */
const AWAITING = /^(?:--?([A-Za-z][\w.-]*)|([A-Za-z][\w.-]*)[:=])$/;
const ASSIGNED = /^((?:--?|\/)?([A-Za-z][\w.-]*)[=:])(.+)$/s;
const SCHEME = /^(?:bearer|basic)$/i;
/** Flags of programs that do not say what they take. */
const OWN_FLAGS: Readonly<Record<string, readonly string[]>> = {
  sshpass: ['-p'],
  curl: ['-u', '--user', '--proxy-user', '-U'],
  'redis-cli': ['-a'],
};
/** Those that take it without a blank: -pSECRET. */
const ATTACHED: Readonly<Record<string, RegExp>> = { mysql: /^-p./, mysqldump: /^-p./, mariadb: /^-p./, sshpass: /^-p./ };
/** name:password@ of an address. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:)([^/\s@]+)@/gi;
const HEADER = /\b((?:proxy-)?authorization|x-[\w-]*(?:key|token)|cookie)(\s*:\s*)(?:(bearer|basic|token)\s+)?(\S.*)$/i;
/** Of JSON that is an argument. */
const JSON_MEMBER = /("([\w.-]+)"\s*:\s*)"((?:[^"\\]|\\.)*)"/g;
/** Keys that tell themselves by how they begin. */
const KNOWN_KEYS =
  /\b(?:sk-[\w-]{16,}|hf_\w{16,}|gh[pousr]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|ey[\w-]{10,}\.[\w-]{10,}\.[\w-]+)/g;

/** What follows is a line of a shell, or a program, as one argument: sh -lc, cmd /c, python -c. */
const GIVES_LINE = /^(?:-\w*c|\/c|-e|-Command)$/;
/** In such a line: NAME=value, --name=value, --name value, with and without quotes. */
const IN_LINE =
  /((?:^|[\s;&|(])(?:-{0,2}([A-Za-z][\w.-]*)\s?=\s?|--?([A-Za-z][\w.-]*)\s+))(?:"([^"]+)"|'([^']+)'|([^\s;&|()"'$-][^\s;&|()"']*))/g;
const LOGIN_IN_LINE = /(\bwandb\s+login\s+(?:--?[\w-]+(?:=\S+)?\s+)*)([^\s;&|-][^\s;&|]*)/g;
const WANDB = /(?:^|[/\\])wandb(?:\.exe)?$/i;
/** Flags of `wandb login` that take a value. */
const WANDB_VALUES: ReadonlySet<string> = new Set(['--host', '--entity', '-e']);
/** aws configure set NAME VALUE, dvc remote modify STORE NAME VALUE. */
const SETTERS: ReadonlySet<string> = new Set(['set', 'modify']);

/** What stands for a secret. @param at of which argument it is, the program being 0 */
type MaskOf = (secret: string, at: number) => string;

/**
 * A command line as it may be shown: what follows a flag, or stands behind a name, that promises a secret is masked; so is the
 * password in an address or a header, and a key that is known by its beginning.
 * @param redact leaves out the secrets that are kept here
 */
export function maskCommand(args: readonly string[], redact: (text: string) => string): string {
  const text = redact(maskArguments(args).join(' ')).replaceAll(/\s+/g, ' ').trim();
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

/** The program and its arguments, each as {@link maskCommand} shows it; what is masked already stays so. */
export function maskArguments(args: readonly string[], mask: MaskOf = () => MASK): string[] {
  const program = args[0]?.split(/[/\\]/).at(-1) ?? '';
  const loginKey = loginKeyAt(args);
  const isSetter = args.some((arg) => SETTERS.has(arg));
  let isNextSecret = false;
  return args.map((arg, i) => {
    const wasSecret = isNextSecret;
    isNextSecret = false;
    const hide = (secret: string): string => mask(secret, i);
    if (i === loginKey) return hide(arg);
    if (i > 0 && ATTACHED[program]?.test(arg) === true) return `${arg.slice(0, 2)}${hide(arg.slice(2))}`;
    isNextSecret =
      SCHEME.test(arg) ||
      (i > 0 && (awaitsSecret(arg) || (isSetter && !SETTERS.has(arg) && isSecretName(arg)))) ||
      OWN_FLAGS[program]?.includes(arg) === true;
    if (wasSecret && !isNextSecret && !arg.startsWith('--')) return hide(arg);
    if (HEADER.test(arg)) return arg.replace(HEADER, headerMask(hide));
    const assigned = ASSIGNED.exec(arg);
    if (assigned?.[1] !== undefined && assigned[2] !== undefined && isSecretName(assigned[2]))
      return `${assigned[1]}${hide(assigned[3] ?? '')}`;
    return withoutKnown(GIVES_LINE.test(args[i - 1] ?? '') ? maskLine(arg, hide) : arg, hide);
  });
}

/** `wandb login` takes its key without a flag. */
function loginKeyAt(args: readonly string[]): number | null {
  const at = args.findIndex((arg, i) => arg === 'login' && WANDB.test(args[i - 1] ?? ''));
  for (let i = at + 1; at >= 0 && i < args.length; i++) {
    const arg = args[i] ?? '';
    if (WANDB_VALUES.has(arg)) i += 1;
    else if (!arg.startsWith('-')) return i;
  }
  return null;
}

function maskLine(line: string, hide: (secret: string) => string): string {
  return line
    .replace(LOGIN_IN_LINE, (_, start: string, key: string) => `${start}${hide(key)}`)
    .replace(IN_LINE, (whole, start: string, set?: string, flag?: string, double?: string, single?: string, bare?: string) => {
      const secret = double ?? single ?? bare;
      if (secret === undefined || !isSecretName(set ?? flag ?? '')) return whole;
      return `${start}${whole.slice(start.length).replace(secret, () => hide(secret))}`;
    });
}

/** What tells itself to be a secret, wherever it stands. */
function withoutKnown(text: string, hide: (secret: string) => string): string {
  return text
    .replace(JSON_MEMBER, (member, start: string, name: string, value: string) =>
      isSecretName(name) && value !== '' ? `${start}"${hide(value)}"` : member,
    )
    .replace(USER_INFO, (_, start: string, password: string) => `${start}${hide(password)}@`)
    .replace(KNOWN_KEYS, hide);
}

/** Any text, whole and as it is broken into lines, as {@link maskCommand} shows an argument. */
export const maskText = (text: string, redact: (text: string) => string): string => redact(withoutKnown(text, () => MASK));

function headerMask(hide: (secret: string) => string): (...parts: string[]) => string {
  return (_, name = '', colon = '', scheme?: string, value = '') =>
    `${name}${colon}${scheme === undefined ? '' : `${scheme} `}${hide(value)}`;
}

function awaitsSecret(arg: string): boolean {
  const named = AWAITING.exec(arg);
  return isSecretName(named?.[1] ?? named?.[2] ?? '');
}
