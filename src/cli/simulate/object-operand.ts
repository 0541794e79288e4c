import { usageError } from '../failure/cli-error.ts';

/** A DistributedScaledObject on the hub, as the command line names it. */
export interface ObjectOperand {
  readonly namespace?: string;
  readonly name: string;
}

const words = new Set([
  'dso',
  'distributedscaledobject',
  'distributedscaledobjects',
  'distributedscaledobject.keda.kedify.io',
  'distributedscaledobjects.keda.kedify.io',
]);

/** `dso/NAME`, or `dso/NAMESPACE/NAME`. Throws CliError. */
export function objectOperand(text: string): ObjectOperand {
  const [word = '', first = '', second, ...more] = text.split('/');
  if (!words.has(word.toLowerCase()) || first === '' || second === '' || more.length > 0)
    throw usageError(`'${text}' must be dso/NAME or dso/NAMESPACE/NAME, as in dso/checkout.`, {
      code: 'WW5003',
    });
  return second === undefined ? { name: first } : { namespace: first, name: second };
}
