/** A spec or a manifest that cannot be rendered; only who wrote it can mend it. */
export class TransformError extends Error {
  override readonly name: string = 'TransformError';
}

/** A field of a manifest has not the type that Kubernetes gives it. */
export class MalformedField extends TransformError {
  override readonly name = 'MalformedField';

  constructor(path: readonly string[], must: string) {
    super(`the field '${path.join('.')}' must be ${must}`);
  }
}
