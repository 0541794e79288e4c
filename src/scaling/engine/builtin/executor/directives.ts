/** What annotations of the object order, whatever its triggers say. */
export interface Directives {
  /** Nothing is scaled; `replicas` is set first where it is given. */
  readonly paused: { readonly replicas: number | undefined } | undefined;
  readonly isScaleInPaused: boolean;
  readonly isScaleOutPaused: boolean;
  readonly isActivationForced: boolean;
}

const prefix = 'autoscaling.keda.sh';
const mostReplicas = 2 ** 31 - 1;

/** An annotation that means nothing; the message names it, its value and the remedy. */
export class DirectiveError extends Error {
  override readonly name = 'DirectiveError';
}

/** Reads KEDA's annotations. `paused-replicas` pauses by being there. Throws DirectiveError for one that is no number. */
export function readDirectives(annotations: Readonly<Record<string, string>> | undefined): Directives {
  const is = (name: string): boolean => isSet(annotations?.[`${prefix}/${name}`]);
  const replicas = annotations?.[`${prefix}/paused-replicas`];
  return {
    paused:
      replicas !== undefined
        ? { replicas: countOf(replicas) }
        : is('paused')
          ? { replicas: undefined }
          : undefined,
    isScaleInPaused: is('paused-scale-in'),
    isScaleOutPaused: is('paused-scale-out'),
    isActivationForced: is('force-activation'),
  };
}

/** As KEDA reads them: what is no boolean means yes. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value);
}

function countOf(text: string): number {
  const count = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count <= mostReplicas) return count;
  throw new DirectiveError(
    `the annotation ${prefix}/paused-replicas is '${text}': it must be a whole number from 0, or be removed`,
  );
}
