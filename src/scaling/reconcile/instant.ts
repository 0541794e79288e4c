/** As the API has times: RFC 3339 with seconds. `at` in milliseconds since 1970. */
export function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
