import { isSecretName, MASK } from '@shared/model/secret-name';
import { maskText } from '../../processes/mask-command';

/** Leaves secrets out of whatever a snapshot keeps. */
export interface Mask {
  readonly text: (text: string) => string;
  /** The address of a repository: who is named before the "@" of one by HTTP may be a token. */
  readonly address: (address: string) => string;
  /** Lines of programs and settings files, of which each may set a secret. */
  readonly code: (text: string) => string;
  readonly variable: (name: string, value: string) => string;
}

const KEY_BLOCK = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g;
/** name = "value" and "name": "value", in whatever language. */
const QUOTED = /((["']?)([A-Za-z_][\w.-]*)\2\s*(?::[ \t]*[A-Za-z_.[\]]+[ \t]*=|[:=])\s*)(["'])((?:(?!\4)[^\\\n]|\\.)+)\4/g;
/** NAME=value and name: value, each a line of a settings file; code has brackets or blanks in it. */
const SETTING = /^([+\- ]?[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*)([^\s"'()[\]{}]+)[ \t]*$/gm;
const USER = /^(https?:\/\/)[^/@]+@/i;
const PARAMETER = /([?&]([\w.-]+)=)[^&#\s]*/g;

export function createMask(redact: (text: string) => string): Mask {
  const text = (given: string): string => maskText(given, redact);
  return {
    text,
    address: (address) =>
      text(
        address
          .replace(USER, `$1${MASK}@`)
          .replace(PARAMETER, (whole, start: string, name: string) => (isSecretName(name) ? `${start}${MASK}` : whole)),
      ),
    code: (lines) =>
      text(
        lines
          .replace(KEY_BLOCK, MASK)
          .replace(QUOTED, (whole, start: string, _quote, name: string, quote: string) =>
            isSecretName(name) ? `${start}${quote}${MASK}${quote}` : whole,
          )
          .replace(SETTING, (whole, start: string, name: string) => (isSecretName(name) ? `${start}${MASK}` : whole)),
      ),
    variable: (name, value) => (value !== '' && isSecretName(name) ? MASK : text(value)),
  };
}
