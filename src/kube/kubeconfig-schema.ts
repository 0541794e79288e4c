import * as z from 'zod';

/**
 * The parts of a kubeconfig (clientcmd v1) that decide something. As in Go, null, an empty string and an absent field are
 * the same; fields that are not listed are left alone.
 */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === '' ? undefined : (value ?? undefined)));
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);

const extensionsSchema = list(z.looseObject({ name: z.string(), extension: z.unknown().optional() }));

/** Also the shape of `cluster` in the access providers of a ClusterProfile. */
export const kubeconfigClusterSchema = z.looseObject({
  server: text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': flag,
  'certificate-authority': text,
  'certificate-authority-data': text,
  'proxy-url': text,
  'disable-compression': flag,
  extensions: extensionsSchema,
});

const kubeconfigExecSchema = z.looseObject({
  command: z.string().min(1, 'must not be empty'),
  args: list(z.string()),
  env: list(z.looseObject({ name: z.string().min(1, 'must not be empty'), value: z.string() })),
  apiVersion: z.enum(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
});

export const kubeconfigUserSchema = z.looseObject({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': list(z.string()),
  'as-user-extra': z.looseObject({}).nullish(),
  'auth-provider': z.looseObject({ name: z.string() }).nullish(),
  exec: kubeconfigExecSchema.nullish(),
});

export const kubeconfigContextSchema = z.looseObject({ cluster: text, user: text, namespace: text });

const named = z.looseObject({ name: z.string().min(1, 'must not be empty') });

/** Entries stay raw: each is read when a context needs it, so that a broken one hinders nobody else. */
export const kubeconfigSchema = z.looseObject({
  'current-context': text,
  clusters: list(named),
  contexts: list(named),
  users: list(named),
  extensions: extensionsSchema,
});

export type KubeconfigCluster = z.output<typeof kubeconfigClusterSchema>;
export type KubeconfigUser = z.output<typeof kubeconfigUserSchema>;
export type KubeconfigContext = z.output<typeof kubeconfigContextSchema>;
