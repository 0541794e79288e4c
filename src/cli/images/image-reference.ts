const domainPart = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const domain = `(?:${domainPart}(?:\\.${domainPart})+|localhost|${domainPart}(?=:[0-9]+/))(?::[0-9]+)?`;
const pathPart = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const path = `${pathPart}(?:/${pathPart})*`;
const tag = ':\\w[\\w.-]{0,127}';
const digest = '@sha256:[0-9a-f]{64}';
const version = `(?:(?:${tag})?${digest}|${tag})`;

/** The grammar of the distribution project (reference/regexp.go), for SHA-256 digests. */
const reference = new RegExp(`^(?:${domain}/)?${path}(?:${version})?$`);
const fullReference = new RegExp(`^${domain}/${path}${version}$`);
const pinnedInText = new RegExp(`(?<![\\w./:@-])${domain}/${path}(?:${tag})?${digest}(?![0-9a-f])`, 'g');

/** Whether a text can be the name of an image: `nginx`, `example.com:5000/a/b:v1`. */
export function isImageReference(text: string): boolean {
  return reference.test(text);
}

/** Whether a text can hardly be anything else: it names a registry and a tag or digest. */
export function isFullImageReference(text: string): boolean {
  return fullReference.test(text);
}

/** Images in a longer text; only with registry and digest, because anything less could be something else. */
export function pinnedImagesIn(text: string): readonly string[] {
  return [...text.matchAll(pinnedInText)].map(([image]) => image);
}
