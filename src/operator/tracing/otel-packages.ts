import * as api from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import * as sdk from '@opentelemetry/sdk-trace';

/** Together a file of their own in the build: whoever does not trace does not even read it. */
export { api, OTLPTraceExporter, resourceFromAttributes, sdk };
