import type { KnativeEventingSpec, KnativeServingSpec } from '../../api/index.ts';
import { withoutClusterOwnedFields } from './cluster-owned-fields.ts';
import { configMaps } from './config-maps.ts';
import { deprecatedResources } from './container-resources.ts';
import { customCertificates } from './custom-certificates.ts';
import { defaultBroker } from './default-broker.ts';
import { disruptionBudgets } from './disruption-budgets.ts';
import { gatewayServices } from './gateway-services.ts';
import { highAvailability } from './high-availability.ts';
import { images } from './images.ts';
import { istioGateways } from './istio-gateways.ts';
import { jobs } from './jobs.ts';
import { kourier } from './kourier.ts';
import { minimumVersion } from './minimum-version.ts';
import { nameLabel } from './name-label.ts';
import { namespaceMetadata } from './namespace.ts';
import { ownerReference } from './owner-reference.ts';
import { secretData } from './secret-data.ts';
import { securityGuard } from './security-guard.ts';
import { services } from './services.ts';
import { sinkBinding } from './sink-binding.ts';
import type { Transform } from './transform.ts';
import { workloadOverrides } from './workload-overrides.ts';

/**
 * What happens to every object of both kinds, after it was put into its namespace. The order is that of the reference
 * operator and matters: an override of a workload beats the registry, the default broker sees what `spec.config` says.
 */
const commonTransforms: readonly Transform[] = [
  withoutClusterOwnedFields,
  secretData,
  namespaceMetadata,
  highAvailability,
  images,
  jobs,
  configMaps,
  minimumVersion,
  deprecatedResources,
  workloadOverrides,
  services,
  disruptionBudgets,
  ownerReference,
];

export const servingTransforms: readonly Transform<KnativeServingSpec>[] = [
  ...commonTransforms,
  customCertificates,
  nameLabel,
  istioGateways,
  kourier,
  gatewayServices,
  securityGuard,
];

export const eventingTransforms: readonly Transform<KnativeEventingSpec>[] = [
  ...commonTransforms,
  defaultBroker,
  sinkBinding,
  nameLabel,
];
