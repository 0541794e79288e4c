import { KubeError, type KubeClient, resources } from '../../../../kube/index.ts';
import { normalised } from './metric-name.ts';
import { boolean, inMetadata, number, readParameters, text } from './parameters.ts';
import { checkTarget } from './target.ts';
import { type Trigger, TriggerError, type TriggerSource } from './trigger.ts';

const parameters = {
  podSelector: inMetadata(text),
  value: inMetadata(number),
  activationValue: inMetadata(number.default(0)),
  groupByNode: inMetadata(boolean.default(false)),
};

/** How many pods of the hub a selector has, beside the object, or how many nodes they are on. Throws TriggerConfigError. */
export function kubernetesWorkload(source: TriggerSource, client: KubeClient): Trigger {
  const { podSelector, value: target, activationValue, groupByNode } = readParameters(source, parameters);
  const { place, namespace } = source;
  checkTarget(source, 'value', target);
  return {
    specs: () => Promise.resolve([{ name: normalised(`workload-${namespace}`), target }]),
    async read(_metric, signal) {
      const query = {
        namespace,
        labelSelector: podSelector,
        fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
        resourceVersion: '0',
        signal,
      };
      const { items: running } = await client.list(resources.pods, query).catch((error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
        const remedy = error.transient ? '' : '; is podSelector a label selector?';
        throw new TriggerError(`${place}: cannot list pods of ${namespace}: ${error.name}${remedy}`, {
          kind: 'unreachable',
          cause: error,
        });
      });
      const nodes = running.map(
        ({ spec }) => (spec as { readonly nodeName?: string } | undefined)?.nodeName ?? '',
      );
      const value = groupByNode ? new Set(nodes.filter((node) => node !== '')).size : running.length;
      return { value, isActive: value > activationValue };
    },
  };
}
