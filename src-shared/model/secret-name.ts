/** What stands for a value that nobody may read. */
export const MASK = '***';
/** A name that promises a secret: --password, DB_PASSWD, api_key, HF_TOKEN, --auth-token, sshKey. */
const SECRET_NAME =
  /pass(?:word|wd|phrase|code)?$|^pw(?:d)?$|pwd$|secret|token(?!iz|s$|-?len)|credential|bearer|(?:^|[-_.])auth(?:orization)?$|(?:^|[-_.]|api|access|private|secret)key$/i;
/** sshKey. */
const CAMEL_KEY = /[a-z0-9]Key$/;
/** Names that end alike and hold none. */
const PLAIN_NAME = /^(?:sort|primary|foreign|group|partition|hot|public|ssh-?host|label|image|text|input|output|target|lr|map)[-_]?key$/i;

/** Whether what goes by this name, as an argument or a variable, is not to be shown. */
export function isSecretName(name: string): boolean {
  return (SECRET_NAME.test(name) || CAMEL_KEY.test(name)) && !PLAIN_NAME.test(name);
}
