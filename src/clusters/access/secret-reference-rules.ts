import type { KubeObject } from '../../api/index.ts';
import { AccessError } from './access-error.ts';
import type { SecretReference } from './secret-reference.ts';

/**
 * Which Secrets a ClusterProfile may name. Who writes a profile's status chooses the Secret and the server that receives
 * what is in it, so a fleet with many authors wants rules. Without any, every Secret may be named that the operator may
 * read, as with the upstream plugins.
 */
export interface SecretReferenceRules {
  /** `profile` is the profile's own namespace. */
  readonly namespaces?: readonly string[] | undefined;
  /** The Secret must have the name of the profile. */
  readonly nameOfProfile?: boolean | undefined;
  /** The Secret must carry this label, and its value be `<profile namespace>.<profile name>`. */
  readonly label?: string | undefined;
}

export interface ProfileName {
  readonly namespace: string;
  readonly name: string;
}

/** What can be decided before the Secret is read. Throws AccessError of kind PolicyDenied. */
export function checkReference(
  reference: SecretReference,
  profile: ProfileName,
  rules: SecretReferenceRules,
): void {
  const allowed = rules.namespaces?.map((namespace) =>
    namespace === 'profile' ? profile.namespace : namespace,
  );
  if (allowed !== undefined && !allowed.includes(reference.namespace)) {
    const rule = `must be one of '${allowed.join("', '")}', not '${reference.namespace}'`;
    throw new AccessError('PolicyDenied', `the namespace of the Secret that the profile names ${rule}`);
  }
  if (rules.nameOfProfile === true && reference.name !== profile.name) {
    const rule = `must be '${profile.name}', the name of the profile, not '${reference.name}'`;
    throw new AccessError('PolicyDenied', `the name of the Secret that the profile names ${rule}`);
  }
}

/** What the Secret itself says. Throws AccessError of kind PolicyDenied. */
export function checkLabel(secret: KubeObject, profile: ProfileName, { label }: SecretReferenceRules): void {
  const value = `${profile.namespace}.${profile.name}`;
  if (label === undefined || secret.metadata.labels?.[label] === value) return;
  const name = `${secret.metadata.namespace}/${secret.metadata.name}`;
  throw new AccessError(
    'PolicyDenied',
    `Secret ${name} must carry the label ${label}=${value} to be used for this profile`,
  );
}
