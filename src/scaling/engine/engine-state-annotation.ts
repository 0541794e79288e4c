/** Where the builtin engine keeps its state: on the object itself. */
export const engineStateAnnotation = 'wheelwright.dev/engine-state';
