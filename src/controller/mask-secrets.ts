const masked = '[redacted]';

/** Patterns never match a double quote or its escape, so that masking a line of JSON leaves it JSON. */
const secrets: readonly { readonly what: RegExp; readonly instead: string }[] = [
  // PEM private keys, also when cut off or with their line ends escaped.
  {
    what: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:[^"\\]|\\[^"])*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|(?=\\?(?:"|$)))/g,
    instead: masked,
  },
  // PEM in base64, as kubeconfigs and Secrets carry certificates and keys.
  { what: /LS0tLS1CRUdJTi[A-Za-z0-9+/]+=*/g, instead: masked },
  { what: /\b(bearer)\s+[a-z0-9._~+/-]+=*/gi, instead: `$1 ${masked}` },
  // Unlike a word after "basic", base64 has capitals or digits.
  { what: /\b([Bb]asic)\s+(?=[a-z+/]*[A-Z0-9])[A-Za-z0-9+/]+=*/g, instead: `$1 ${masked}` },
  // aws-iam-authenticator's presigned URLs.
  { what: /k8s-aws-v1\.[A-Za-z0-9_-]+=*/g, instead: masked },
  // Google's OAuth access tokens.
  { what: /\bya29\.[A-Za-z0-9._-]+/g, instead: masked },
  // JSON in base64url begins with `ey` or `ew`: JSON Web Tokens and encrypted ones, whatever their length.
  {
    what: /(?<![\w-])e[yw][\w-]{8,}\.(?:e[yw][\w-]{8,}|[\w-]*\.[\w-]{8,}\.[\w-]{8,})\.[\w-]*/g,
    instead: masked,
  },
  // Other signed tokens: three long parts; names in Kubernetes have no upper case.
  { what: /(?<![\w-])(?=[\w-]*[A-Z])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/g, instead: masked },
  { what: /:\/\/[^\s/:@"]+:[^\s/@"]+@/g, instead: `://${masked}@` },
];

/** For text that others wrote, such as the stderr of a plugin: what looks like a credential is replaced. */
export function maskSecrets(text: string): string {
  return secrets.reduce((result, { what, instead }) => result.replace(what, instead), text);
}
