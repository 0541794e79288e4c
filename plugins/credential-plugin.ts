import * as z from 'zod';
import type { BuiltinReader } from '../src/clusters/access/access-provider.ts';
import { credentialFromSecret } from '../src/clusters/access/secret-credential.ts';
import { secretReference } from '../src/clusters/access/secret-reference.ts';
import type { Credential } from '../src/kube/credentials.ts';
import { describeIssue, issueMessage } from '../src/kube/kubeconfig-issue.ts';
import { connectHub, type Hub } from './hub.ts';

/** The parts of `process` that a plugin uses. */
export interface PluginHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const apiVersion = 'client.authentication.k8s.io/v1';

const infoSchema = z.looseObject({
  kind: z.literal('ExecCredential'),
  apiVersion: z.literal(apiVersion),
  spec: z.looseObject({
    cluster: z.looseObject({
      server: z.string().refine((server) => !['', 'null'].includes(server.trim()), 'must not be empty'),
      config: z.unknown().optional(),
    }),
  }),
});

/**
 * An exec credential plugin with the inputs, outputs and exit codes of the one of the same name in
 * sigs.k8s.io/cluster-inventory-api: it reads KUBERNETES_EXEC_INFO, gets a Secret from the hub, and prints one line with
 * an ExecCredential. Returns the exit code: 0; 1 with a line on stderr for any failure; 2 where there is no hub to ask.
 */
export async function runCredentialPlugin(reader: BuiltinReader, host: PluginHost): Promise<number> {
  const fail = (code: number, error: unknown): number => {
    const reason = error instanceof Error ? error.message : String(error);
    host.stderr.write(`[${reader}] ${reason.replaceAll(/\s+/g, ' ')}\n`);
    return code;
  };
  let hub: Hub;
  try {
    hub = await connectHub(host.env);
  } catch (error) {
    return fail(2, error);
  }
  try {
    const reference = secretReference(
      reader,
      readInfo(host.env['KUBERNETES_EXEC_INFO']).spec.cluster.config,
      hub.namespace,
    );
    const { credential } = credentialFromSecret(reference, await hub.getSecret(reference));
    host.stdout.write(`${JSON.stringify(execCredential(credential))}\n`);
    return 0;
  } catch (error) {
    return fail(1, error);
  } finally {
    hub.close();
  }
}

function readInfo(text: string | undefined): z.output<typeof infoSchema> {
  if (text === undefined || text === '')
    throw new Error('KUBERNETES_EXEC_INFO must be set, with provideClusterInfo');
  const result = infoSchema.safeParse(parseJson(text), { error: issueMessage });
  if (result.success) return result.data;
  throw new Error(`KUBERNETES_EXEC_INFO: ${result.error.issues.map(describeIssue).join('; ')}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('KUBERNETES_EXEC_INFO must be JSON');
  }
}

/** The fields in the order in which Go prints them. */
function execCredential({ token, certificate }: Credential): Readonly<Record<string, unknown>> {
  const status = {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined
      ? {}
      : { clientCertificateData: certificate.cert, clientKeyData: certificate.key }),
  };
  return { kind: 'ExecCredential', apiVersion, spec: { interactive: false }, status };
}
