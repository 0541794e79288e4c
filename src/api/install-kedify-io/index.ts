export type { KedifyConfigurationStatus } from './kedify-configuration.ts';
