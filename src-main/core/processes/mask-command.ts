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
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:)[^/\s@]+@/gi;
const HEADER = /\b((?:proxy-)?authorization|x-[\w-]*(?:key|token)|cookie)(\s*:\s*)(?:(bearer|basic|token)\s+)?\S.*$/i;
/** Of JSON that is an argument. */
const JSON_MEMBER = /("([\w.-]+)"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
/** Keys that tell themselves by how they begin. */
const KNOWN_KEYS =
  /\b(?:sk-[\w-]{16,}|hf_\w{16,}|gh[pousr]_\w{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|ey[\w-]{10,}\.[\w-]{10,}\.[\w-]+)/g;

/**
 * A command line as it may be shown: what follows a flag, or stands behind a name, that promises a secret is masked; so is the
 * password in an address or a header, and a key that is known by its beginning.
 * @param redact leaves out the secrets that are kept here
 */
export function maskCommand(args: readonly string[], redact: (text: string) => string): string {
  const text = redact(maskArguments(args).join(' ')).replaceAll(/\s+/g, ' ').trim();
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

/** The program and its arguments, each as {@link maskCommand} shows it. */
export function maskArguments(args: readonly string[]): string[] {
  const program = args[0]?.split(/[/\\]/).at(-1) ?? '';
  let isNextSecret = false;
  return args.map((arg, i) => {
    const wasSecret = isNextSecret;
    isNextSecret = false;
    if (i > 0 && ATTACHED[program]?.test(arg) === true) return `${arg.slice(0, 2)}${MASK}`;
    isNextSecret = SCHEME.test(arg) || (i > 0 && awaitsSecret(arg)) || OWN_FLAGS[program]?.includes(arg) === true;
    if (wasSecret && !isNextSecret && !arg.startsWith('--')) return MASK;
    if (HEADER.test(arg)) return arg.replace(HEADER, maskHeader);
    const assigned = ASSIGNED.exec(arg);
    if (assigned?.[1] !== undefined && assigned[2] !== undefined && isSecretName(assigned[2])) return `${assigned[1]}${MASK}`;
    return withoutKnown(arg);
  });
}

/** What tells itself to be a secret, wherever it stands. */
function withoutKnown(text: string): string {
  return text
    .replace(JSON_MEMBER, (member, start: string, name: string) => (isSecretName(name) ? `${start}"${MASK}"` : member))
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(KNOWN_KEYS, MASK);
}

/** Any text, whole and as it is broken into lines, as {@link maskCommand} shows an argument. */
export const maskText = (text: string, redact: (text: string) => string): string => redact(withoutKnown(text));

function maskHeader(_: string, name: string, colon: string, scheme?: string): string {
  return `${name}${colon}${scheme === undefined ? '' : `${scheme} `}${MASK}`;
}

function awaitsSecret(arg: string): boolean {
  const named = AWAITING.exec(arg);
  return isSecretName(named?.[1] ?? named?.[2] ?? '');
}
