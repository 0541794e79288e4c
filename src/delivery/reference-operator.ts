/** What knative/operator leaves on what it writes: its fields become ours, and what it created may be removed. */
export const referenceManager = 'manifestival';
/** Its field manager for what it does not apply: the name of its program. */
export const referenceProgram = 'operator';
/** On objects that it created. */
export const referenceMark = { annotation: 'manifestival', value: 'new' } as const;
/** Annotations that it writes for itself: its mark, and what it compares with when it applies an object again. */
export const referenceNotes = [
  referenceMark.annotation,
  'kubectl.kubernetes.io/last-applied-configuration',
] as const;
