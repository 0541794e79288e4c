import { z } from 'zod';
import { istioGatewayOverride } from './istio-gateway.ts';

const enabled = z.boolean().optional().describe('Whether it is installed.');

/** Which networking layers Knative Serving gets. */
export const ingress = z.object({
  istio: z
    .object({
      enabled,
      'knative-ingress-gateway': istioGatewayOverride
        .optional()
        .describe('Changes to the Gateway for traffic from outside.'),
      'knative-local-gateway': istioGatewayOverride
        .optional()
        .describe('Changes to the Gateway for traffic within the cluster.'),
    })
    .optional()
    .describe('The Istio plugin; Istio itself must be there. Example: `{enabled: true}`.'),
  kourier: z
    .object({
      enabled,
      'service-type': z
        .string()
        .optional()
        .describe('Type of the Service `kourier`: `ClusterIP`, `LoadBalancer` or `NodePort`.'),
      'service-load-balancer-ip': z
        .string()
        .optional()
        .describe('Address to ask the load balancer for; only with `LoadBalancer`. Example: `203.0.113.7`.'),
      'http-port': z
        .int32()
        .optional()
        .describe('Node port for HTTP; only with `NodePort`. Example: `30080`.'),
      'https-port': z
        .int32()
        .optional()
        .describe('Node port for HTTPS; only with `NodePort`. Example: `30443`.'),
      'bootstrap-configmap': z
        .string()
        .optional()
        .describe('ConfigMap that holds your own bootstrap configuration of Envoy. Example: `my-bootstrap`.'),
    })
    .optional()
    .describe('The Kourier plugin with its own gateway. Example: `{enabled: true}`.'),
  contour: z
    .object({ enabled })
    .optional()
    .describe('The Contour plugin; Contour itself must be there. Example: `{enabled: true}`.'),
  'gateway-api': z
    .object({ enabled })
    .optional()
    .describe('The Gateway API plugin; the Gateway API and an implementation must be there.'),
});
