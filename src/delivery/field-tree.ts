/** FieldsV1 of a managedFields entry: steps, each with what is below it; a leaf is empty. */
export interface FieldTree {
  readonly [step: string]: FieldTree;
}

/** A step as API servers print it in conflicts: `f:spec` is `.spec`, `k:{"name":"a"}` is `[name="a"]`. */
export function printedStep(step: string): string {
  const content = step.slice(2);
  switch (step.slice(0, 2)) {
    case 'f:':
      return `.${content}`;
    case 'k:':
      return `[${content.slice(1, -1).replaceAll(/"(\w+)":/g, '$1=')}]`;
    case 'v:':
      return `[=${content}]`;
    case 'i:':
      return `[${content}]`;
    default:
      // `.` is the node itself.
      return '';
  }
}
