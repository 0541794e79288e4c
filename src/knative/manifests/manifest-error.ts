import type { ReasonName } from '../../api/index.ts';

/** Manifests that cannot be had, read or used. The message is for people and holds nothing of their content. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly reason: Extract<ReasonName, 'VersionUnavailable' | 'InstallFailed' | 'SpecInvalid'>;
  /** True where the same attempt may succeed later without anybody changing anything. */
  readonly transient: boolean;

  constructor(
    message: string,
    options: ErrorOptions & {
      readonly reason?: ManifestError['reason'];
      readonly transient?: boolean;
    } = {},
  ) {
    super(message, options);
    this.reason = options.reason ?? 'InstallFailed';
    this.transient = options.transient ?? false;
  }
}
