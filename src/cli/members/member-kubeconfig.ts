import { agentName } from './member-objects.ts';

export interface MemberAccess {
  /** The address that the hub is to use. */
  readonly server: string;
  /** In base64; undefined: whatever the system of the hub trusts. */
  readonly certificateAuthorityData: string | undefined;
  readonly tlsServerName: string | undefined;
  readonly token: string;
}

/** The kubeconfig by which the hub reaches a member, as YAML. Contexts are what members of mounted files are called by. */
export async function memberKubeconfig(
  name: string,
  { server, certificateAuthorityData, tlsServerName, token }: MemberAccess,
): Promise<string> {
  const { dump } = await import('js-yaml');
  const cluster = `${name}-cluster`;
  const context = `${agentName}@${name}`;
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        cluster: {
          ...(certificateAuthorityData === undefined
            ? {}
            : { 'certificate-authority-data': certificateAuthorityData }),
          server,
          ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
        },
        name: cluster,
      },
    ],
    contexts: [{ context: { cluster, user: agentName }, name: context }],
    'current-context': context,
    users: [{ name: agentName, user: { token } }],
  };
  return dump(kubeconfig, { lineWidth: -1 });
}
