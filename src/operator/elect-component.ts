import { knativeLeaseName, type LeaderBuckets } from '../controller/index.ts';
import { KnativeController, type KnativeComponent, type KnativeServices } from '../knative/index.ts';
import { elect, type ElectionSetup } from './elect.ts';
import type { OperatorOptions } from './options.ts';

export interface ComponentSetup extends ElectionSetup {
  readonly component: KnativeComponent;
  readonly services: Omit<KnativeServices, 'peers' | 'enqueue'>;
  readonly options: OperatorOptions;
}

export interface ElectedComponent {
  readonly controller: KnativeController;
  readonly buckets: LeaderBuckets;
}

/**
 * The controller of one component, elected under the reference operator's Lease names, so that the two never work at the
 * same time. Nothing of it runs yet.
 */
export function electComponent({ component, services, ...setup }: ComponentSetup): ElectedComponent {
  const { options, log, metrics, tracing, clock } = setup;
  const name = component.kind.toLowerCase();
  return elect({
    ...setup,
    name,
    leaseName: knativeLeaseName(`knative-operator.knative.dev.operator.pkg.reconciler.${name}.reconciler`),
    create: (ownership) =>
      new KnativeController({
        component,
        services,
        workers: options.workers,
        ownership,
        log,
        metrics,
        tracing,
        clock,
      }),
    onGained: (controller, concerns) => controller.adopt(concerns),
  });
}
