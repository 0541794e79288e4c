/** What a context is called by people: the part after the last `@` in `user@alias`. */
const userAtAlias = /^.+@([^@]+)$/;
const knownSuffix = /(\.kubeconfig)?(\.ya?ml)?$/;
/** RFC 1123 subdomain, as names of Secrets are. */
const subdomain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const longestAlias = 253;

export interface FileContext {
  readonly context: string;
  /** Without its directory. */
  readonly fileName: string;
  /** How many contexts the file has. */
  readonly contexts: number;
}

/**
 * The alias that a context of a kubeconfig file asks for: what stands after the `@`, else the whole context where the file
 * has others as well, else the name of the file. Undefined where that could not be the name of an object.
 */
export function fileAlias({ context, fileName, contexts }: FileContext): string | undefined {
  const suffix = userAtAlias.exec(context)?.[1];
  const alias = suffix ?? (contexts > 1 ? context : fileName.replace(knownSuffix, ''));
  return isAlias(alias) ? alias : undefined;
}

export function isAlias(text: string): boolean {
  return text.length <= longestAlias && subdomain.test(text);
}
