import { inAuthentication, inEither, list, oneOf, readParameters, text } from '../parameters.ts';
import { TriggerConfigError, type TriggerSource } from '../trigger.ts';
import type { HttpTls } from './http-source.ts';

/** How a server learns who asks. */
export interface HttpAuthentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly tls: Omit<HttpTls, 'isUnsafe'>;
}

const parameters = {
  authModes: inEither(list.default([]), 'authMode'),
  username: inAuthentication(text.optional()),
  password: inAuthentication(text.default('')),
  bearerToken: inAuthentication(text.optional(), 'token'),
  ca: inAuthentication(text.optional()),
  cert: inAuthentication(text.optional()),
  key: inAuthentication(text.optional()),
  customAuthHeader: inAuthentication(text.optional()),
  customAuthValue: inAuthentication(text.optional()),
  apiKey: inAuthentication(text.optional()),
  method: inEither(oneOf(['header', 'query']).default('header')),
  keyParamName: inEither(text.optional()),
};

type Read = ReturnType<typeof readParameters<typeof parameters>>;
type Part = Partial<HttpAuthentication>;

const modes: Readonly<Record<string, (read: Read, missing: (name: string) => never) => Part>> = {
  basic: ({ username, password }, missing) => ({
    headers: {
      authorization: `Basic ${Buffer.from(`${username ?? missing('username')}:${password}`).toString('base64')}`,
    },
  }),
  bearer: ({ bearerToken }, missing) => ({
    headers: { authorization: `Bearer ${bearerToken ?? missing('bearerToken')}` },
  }),
  tls: ({ cert, key }, missing) => ({ tls: { cert: cert ?? missing('cert'), key: key ?? missing('key') } }),
  custom: ({ customAuthHeader, customAuthValue }, missing) => ({
    headers: {
      [customAuthHeader ?? missing('customAuthHeader')]: customAuthValue ?? missing('customAuthValue'),
    },
  }),
  apiKey: ({ apiKey, method, keyParamName }, missing) => {
    const key = apiKey ?? missing('apiKey');
    return method === 'query'
      ? { query: { [keyParamName ?? 'api_key']: key } }
      : { headers: { [keyParamName ?? 'X-API-KEY']: key } };
  },
};

/** Modes of KEDA that are not here, and what to do instead. */
const elsewhere: Readonly<Record<string, string>> = {
  oauth: `use 'bearer' with a token that somebody renews in its Secret, or KEDA on the hub`,
};

/** Reads the modes of authentication and what each needs. Throws TriggerConfigError. */
export function readHttpAuthentication(source: TriggerSource): HttpAuthentication {
  const read = readParameters(source, parameters);
  const parts = read.authModes.map((mode): Part => {
    const make = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
    if (make === undefined) throw unknownMode(source, mode);
    return make(read, (name) => {
      throw new TriggerConfigError(
        `authModes of ${source.place} has '${mode}', and the authentication has no parameter '${name}'`,
      );
    });
  });
  return {
    headers: Object.assign({}, ...parts.map(({ headers }) => headers)) as Readonly<Record<string, string>>,
    query: Object.assign({}, ...parts.map(({ query }) => query)) as Readonly<Record<string, string>>,
    tls: Object.assign({ ca: read.ca }, ...parts.map(({ tls }) => tls)) as HttpAuthentication['tls'],
  };
}

/** Only modes that there are somewhere are quoted: it may come from a Secret. */
function unknownMode({ place }: TriggerSource, mode: string): TriggerConfigError {
  const remedy = Object.hasOwn(elsewhere, mode) ? elsewhere[mode] : undefined;
  const known = `there are ${Object.keys(modes).join(', ')}`;
  return new TriggerConfigError(
    remedy === undefined
      ? `authModes of ${place} has a mode that the builtin engine does not have: ${known}`
      : `authModes of ${place} has '${mode}', which the builtin engine does not have: ${known}; ${remedy}`,
  );
}
