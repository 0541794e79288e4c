import { createHash } from 'node:crypto';

/** On the object that a member comes from: everything is to be moved away from the member. */
export const drainAnnotation = 'wheelwright.dev/drain';
/** For members without an object of their own, on the KedifyConfiguration, in front of the alias. */
const drainPrefix = 'drain.wheelwright.dev/';
/** What stands behind the prefix has at most so many characters; aliases have up to 253. */
const longestName = 63;
const hashDigits = 10;

/** An annotation of a KedifyConfiguration. */
export interface DrainMark {
  readonly annotation: string;
  readonly value: string;
}

/** What asks for the member of this alias to be drained. One that is too long for a name stands in the value. */
export function drainMark(alias: string): DrainMark {
  if (alias.length <= longestName) return { annotation: `${drainPrefix}${alias}`, value: 'true' };
  const hash = createHash('sha256').update(alias).digest('hex').slice(0, hashDigits);
  return {
    annotation: `${drainPrefix}${alias.slice(0, longestName - hashDigits - 1)}-${hash}`,
    value: alias,
  };
}

/** The aliases that the annotations of a KedifyConfiguration ask to be drained. A long one counts whatever stands before it. */
export function drainedAliases(
  annotations: Readonly<Record<string, string>> | undefined,
): ReadonlySet<string> {
  return new Set(
    Object.entries(annotations ?? {}).flatMap(([key, value]) => {
      if (!key.startsWith(drainPrefix)) return [];
      if (value.length > longestName) return [value];
      return value === 'true' ? [key.slice(drainPrefix.length)] : [];
    }),
  );
}
