import { z } from 'zod';

const tlsSettings = z.object({
  httpsRedirect: z.boolean().optional().describe('Whether plain HTTP requests are answered with a redirect.'),
  mode: z
    .enum(['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL'])
    .optional()
    .describe('How TLS is ended. Example: `SIMPLE`.'),
  serverCertificate: z.string().optional().describe('Path of the certificate of the server.'),
  privateKey: z.string().optional().describe('Path of its private key.'),
  caCertificates: z
    .string()
    .optional()
    .describe('Path of the authorities that client certificates must come from.'),
  credentialName: z
    .string()
    .optional()
    .describe('Secret that holds the certificate and key. Example: `wildcard-tls`.'),
  subjectAltNames: z.array(z.string()).optional().describe('Names that a client certificate must carry.'),
  verifyCertificateSpki: z
    .array(z.string())
    .optional()
    .describe('Base64 SHA-256 hashes of accepted client public keys.'),
  verifyCertificateHash: z
    .array(z.string())
    .optional()
    .describe('Hex SHA-256 hashes of accepted client certificates.'),
  minProtocolVersion: z
    .int32()
    .optional()
    .describe('Oldest TLS version: 0 automatic, 1 to 4 for TLS 1.0 to 1.3. Example: `3`.'),
  maxProtocolVersion: z.int32().optional().describe('Newest TLS version, in the same numbers.'),
  cipherSuites: z.array(z.string()).optional().describe('Cipher suites to offer; those of Istio by default.'),
});

const server = z.object({
  port: z
    .object({
      number: z.int32().optional().describe('Port number. Example: `443`.'),
      protocol: z.string().optional().describe('`HTTP`, `HTTPS`, `GRPC`, `HTTP2`, `MONGO`, `TCP` or `TLS`.'),
      name: z.string().optional().describe('Name of the port. Example: `https`.'),
      target_port: z.int32().optional().describe('Port of the endpoint that traffic goes to.'),
    })
    .optional()
    .describe('Port to listen on.'),
  bind: z.string().optional().describe('Address or Unix socket to listen on; all addresses by default.'),
  hosts: z.array(z.string()).optional().describe('Host names that are served. Example: `["*.example.com"]`.'),
  name: z.string().optional().describe('Name of the server, for statistics.'),
  defaultEndpoint: z
    .string()
    .optional()
    .describe('Endpoint that unmatched traffic goes to. Example: `127.0.0.1:8080`.'),
  tls: tlsSettings.optional().describe('TLS settings of the server.'),
});

/** Changes to one of the two Istio Gateways that Knative Serving installs. */
export const istioGatewayOverride = z.object({
  selector: z
    .record(z.string(), z.string())
    .optional()
    .describe('Pod labels of the Istio gateway to use instead. Example: `{istio: ingressgateway}`.'),
  servers: z.array(server).optional().describe('Servers that replace the ones of the Gateway.'),
});
