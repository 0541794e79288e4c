/** On the object that a member comes from: everything is to be moved away from the member. */
export const drainAnnotation = 'wheelwright.dev/drain';
