import type { ParamDeclaration } from '@shared/model/param';
import { message } from '@shared/text/message';
import { z } from 'zod';
import type { SecretSource } from '../../../secrets/vault';
import { textThat } from '../../setting-refusal';
import { Fingerprint } from './trusted-socket';

/** How a source that is asked over HTTP knows who asks, and how it is known itself. */
export const signInParams = [
  {
    name: 'auth',
    label: message('message.feed.auth'),
    type: 'choice',
    choices: [
      { value: 'none', label: message('message.feed.authNone') },
      { value: 'bearer', label: message('message.feed.authBearer') },
      { value: 'basic', label: message('message.feed.authBasic') },
      { value: 'header', label: message('message.feed.authHeader') },
    ],
    default: 'none',
  },
  { name: 'header', label: message('message.feed.header'), type: 'text', default: 'X-API-Key', when: { param: 'auth', is: ['header'] } },
  { name: 'token', label: message('message.feed.token'), type: 'secret', default: null, when: { param: 'auth', is: ['bearer', 'header'] } },
  { name: 'user', label: message('message.feed.user'), type: 'text', default: null, when: { param: 'auth', is: ['basic'] } },
  { name: 'password', label: message('message.feed.password'), type: 'secret', default: null, when: { param: 'auth', is: ['basic'] } },
  {
    name: 'fingerprint',
    label: message('message.socket.fingerprint'),
    type: 'text',
    default: null,
    optional: true,
    advanced: true,
    help: message('message.socket.fingerprintHelp'),
  },
] as const satisfies readonly ParamDeclaration[];

export const signInSettings = {
  auth: z.enum(['none', 'bearer', 'basic', 'header']),
  header: textThat((text) => /^[\w-]{1,60}$/.test(text), message('message.feed.badHeader')).nullable(),
  token: z.string().nullable(),
  user: z.string().nullable(),
  password: z.string().nullable(),
  fingerprint: Fingerprint.nullable(),
};
type SignIn = z.infer<z.ZodObject<typeof signInSettings>>;

/** The headers that sign in, for the length of the work. */
export function signedIn<T>(
  { auth, header, token, user, password }: SignIn,
  secrets: SecretSource,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  switch (auth) {
    case 'bearer':
      return secrets.use(token ?? '', (value) => work({ authorization: `Bearer ${value}` }));
    case 'header':
      return secrets.use(token ?? '', (value) => work({ [header ?? '']: value }));
    case 'basic':
      return secrets.use(password ?? '', (value) =>
        work({ authorization: `Basic ${Buffer.from(`${user ?? ''}:${value}`).toString('base64')}` }),
      );
    case 'none':
      return work({});
  }
}
