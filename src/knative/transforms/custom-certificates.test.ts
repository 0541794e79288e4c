import { describe, expect, it } from 'vitest';
import type { KnativeServingSpec } from '../../api/index.ts';
import { customCertificates } from './custom-certificates.ts';
import { contextFor, deployment, object } from './objects.fixture.ts';
import { valueAt } from './path-copy.ts';

const podSpec = ['spec', 'template', 'spec'];
const controller = deployment('controller', { name: 'controller' }, { name: 'sidecar' });

function specOf(type: string, name: string): KnativeServingSpec {
  return { 'controller-custom-certs': { type, name } };
}

describe('certificates for the controller', () => {
  it.each([
    ['ConfigMap', { configMap: { name: 'my-certs' } }],
    ['Secret', { secret: { secretName: 'my-certs' } }],
  ])('come from a %s', (type, source) => {
    const changed = customCertificates(controller, contextFor(specOf(type, 'my-certs')));
    expect(valueAt(changed, podSpec)).toEqual({
      volumes: [{ name: 'custom-certs-my-certs', ...source }],
      containers: [
        {
          name: 'controller',
          volumeMounts: [{ name: 'custom-certs-my-certs', mountPath: '/custom-certs' }],
          env: [{ name: 'SSL_CERT_DIR', value: '/custom-certs' }],
        },
        { name: 'sidecar' },
      ],
    });
  });

  it('are added to what is there, once', () => {
    const given = object('apps/v1', 'Deployment', 'controller', {
      spec: {
        template: {
          spec: {
            volumes: [{ name: 'v' }],
            containers: [
              {
                name: 'c',
                env: [{ name: 'SSL_CERT_DIR', value: 'x' }],
                volumeMounts: [{ name: 'v', mountPath: '/v' }],
              },
            ],
          },
        },
      },
    });
    const context = contextFor(specOf('Secret', 's'));
    const once = customCertificates(given, context);
    expect(valueAt(once, [...podSpec, 'containers'])).toEqual([
      {
        name: 'c',
        env: [{ name: 'SSL_CERT_DIR', value: '/custom-certs' }],
        volumeMounts: [
          { name: 'v', mountPath: '/v' },
          { name: 'custom-certs-s', mountPath: '/custom-certs' },
        ],
      },
    ]);
    expect(customCertificates(once, context)).toEqual(once);
  });

  it.each([
    ['Volume', 'x', 'unknown CustomCerts type: Volume'],
    ['', 'x', 'unknown CustomCerts type: '],
    ['ConfigMap', '', 'the CustomCerts name for ConfigMap is required'],
  ])('of type %j and name %j are refused', (type, name, says) => {
    expect(() => customCertificates(controller, contextFor(specOf(type, name)))).toThrow(says);
  });

  it('are for one Deployment, and may be empty', () => {
    const other = deployment('activator', { name: 'activator' });
    expect(customCertificates(other, contextFor(specOf('Secret', 's')))).toBe(other);
    expect(customCertificates(controller, contextFor(specOf('', '')))).toBe(controller);
    expect(customCertificates(controller, contextFor({}))).toBe(controller);
  });
});
