import type { YAMLException } from 'js-yaml';

/**
 * Why a text is not YAML, without the part of some reasons that quotes it (names of anchors, aliases and tags): it may be
 * a secret. The message of the exception quotes even more.
 */
export function yamlReason({ reason }: YAMLException): string {
  return reason.replace(/[<"'!].*/s, '').trim();
}
