import { dump } from 'js-yaml';

export type KubeconfigUser =
  | { readonly token: string }
  /** PEM texts. */
  | { readonly cert: string; readonly key: string };

export interface KubeconfigContent {
  /** Names the cluster, the user and the context. */
  readonly name: string;
  /** `https://host:port`. */
  readonly server: string;
  /** PEM; absent: the server's certificate is not verified. */
  readonly certificateAuthority?: string;
  readonly user: KubeconfigUser;
  /** The context's default namespace. */
  readonly namespace?: string;
}

/** A kubeconfig file (client-go's v1.Config) with everything in it, so that it can be moved and put into a Secret. */
export function kubeconfigYaml(content: KubeconfigContent): string {
  const { name, server, certificateAuthority, user, namespace } = content;
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, ...trust(certificateAuthority) } }],
    users: [{ name, user: credential(user) }],
    contexts: [
      { name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } },
    ],
    'current-context': name,
  });
}

function trust(certificateAuthority: string | undefined): Record<string, unknown> {
  return certificateAuthority === undefined
    ? { 'insecure-skip-tls-verify': true }
    : { 'certificate-authority-data': base64(certificateAuthority) };
}

function credential(user: KubeconfigUser): Record<string, string> {
  return 'token' in user
    ? { token: user.token }
    : { 'client-certificate-data': base64(user.cert), 'client-key-data': base64(user.key) };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
