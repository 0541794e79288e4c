import { ManifestError } from './manifest-error.ts';

/** For a spec that says no version, and nothing else says one either. */
export function noTargetVersion({ ownManifests }: { readonly ownManifests: boolean }): ManifestError {
  return ownManifests
    ? new ManifestError('spec.manifests needs spec.version to be set', { reason: 'SpecInvalid' })
    : new ManifestError('there is no release at hand', { reason: 'VersionUnavailable' });
}
