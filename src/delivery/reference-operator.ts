/** What knative/operator leaves on what it writes: its fields become ours, and what it created may be removed. */
export const referenceManager = 'manifestival';
/** On objects that it created. */
export const referenceMark = { annotation: 'manifestival', value: 'new' } as const;
