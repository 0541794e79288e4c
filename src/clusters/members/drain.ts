/** On the object that a member comes from: everything is to be moved away from the member. */
export const drainAnnotation = 'wheelwright.dev/drain';
/** For members without an object of their own, on the KedifyConfiguration, in front of the alias. */
export const drainPrefix = 'drain.wheelwright.dev/';

/** The aliases that the annotations of a KedifyConfiguration ask to be drained. */
export function drainedAliases(
  annotations: Readonly<Record<string, string>> | undefined,
): ReadonlySet<string> {
  return new Set(
    Object.entries(annotations ?? {})
      .filter(([key, value]) => key.startsWith(drainPrefix) && value === 'true')
      .map(([key]) => key.slice(drainPrefix.length)),
  );
}
