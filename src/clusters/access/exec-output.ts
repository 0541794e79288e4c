import * as z from 'zod';
import { describeIssue, issueMessage } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { ExecApiVersion } from './access-provider.ts';
import { fetchedCredential, type FetchedCredential } from './fetched-credential.ts';

const outputSchema = z.looseObject({
  kind: z.string(),
  apiVersion: z.string(),
  status: z
    .looseObject({
      token: z.string().nullish(),
      clientCertificateData: z.string().nullish(),
      clientKeyData: z.string().nullish(),
      expirationTimestamp: z.string().nullish(),
    })
    .nullish(),
});

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads what an exec credential plugin printed: one ExecCredential in the version it was asked in, as client-go demands,
 * with a token, a client certificate and key, or both. A credential that is over on arrival is refused; client-go takes
 * it and starts the plugin for every request. `plugin` begins every message, `now` is milliseconds since the epoch.
 * Nothing of the output is ever told. Throws AccessError.
 */
export function parseExecOutput(
  stdout: Buffer,
  apiVersion: ExecApiVersion,
  plugin: string,
  now: number,
): FetchedCredential {
  const output = decode(stdout, plugin);
  if (output.kind !== 'ExecCredential') throw invalidOutput(plugin, "an object of kind 'ExecCredential'");
  if (output.apiVersion !== apiVersion) {
    const answer = /^client\.authentication\.k8s\.io\/\w{1,20}$/.test(output.apiVersion)
      ? `'${output.apiVersion}'`
      : 'another API';
    const problem = `${plugin} is configured to use '${apiVersion}' and answered in ${answer}`;
    throw new AccessError('VersionMismatch', problem);
  }
  const { status } = output;
  if (status == null) throw new AccessError('CredentialIncomplete', `${plugin} gave no status`);
  const endsAt =
    status.expirationTimestamp == null
      ? undefined
      : Date.parse(rfc3339.test(status.expirationTimestamp) ? status.expirationTimestamp : '');
  if (Number.isNaN(endsAt)) throw invalidOutput(plugin, 'an expirationTimestamp in RFC 3339');
  const fetched = fetchedCredential(
    {
      token: status.token ?? undefined,
      cert: status.clientCertificateData ?? undefined,
      key: status.clientKeyData ?? undefined,
      endsAt,
    },
    plugin,
  );
  if (endsAt === undefined || endsAt > now) return fetched;
  const problem = `${plugin} gave a credential that ended at ${new Date(endsAt).toISOString()}; compare the clock of this machine with that of the issuer`;
  throw new AccessError('ExpiredOnArrival', problem);
}

function decode(stdout: Buffer, plugin: string): z.output<typeof outputSchema> {
  // trim takes a byte order mark, too.
  const text = stdout.toString('utf8').trim();
  if (text === '') throw new AccessError('PluginOutputInvalid', `${plugin} printed nothing`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const offset = /at position (\d+)/.exec(String(error))?.[1];
    throw invalidOutput(
      plugin,
      `one JSON object${offset === undefined ? '' : `, and is none from offset ${offset} on`}`,
    );
  }
  const result = outputSchema.safeParse(value, { error: issueMessage });
  if (result.success) return result.data;
  const problem = result.error.issues.slice(0, 1).map(describeIssue).join();
  throw new AccessError(
    'PluginOutputInvalid',
    `the output of ${plugin} must be an ExecCredential: ${problem}`,
  );
}

function invalidOutput(plugin: string, rule: string): AccessError {
  return new AccessError('PluginOutputInvalid', `the output of ${plugin} must be ${rule}`);
}
