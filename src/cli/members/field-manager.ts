/** Who the fields of what this command line writes belong to. */
export const fieldManager = 'wheelwright-cli';
