/** One way in which what is rendered here differs from what the reference operator applied. */
export interface Difference {
  /** Cases, identities and fields that it is about; a field is `+` for a whole object more, `-` for one less. */
  readonly cases: RegExp;
  readonly object: RegExp;
  readonly field: RegExp;
  readonly reason: string;
}

/** Everything that may differ, and why. docs/differences.md says the same to users. */
export const intentionalDifferences: readonly Difference[] = [
  {
    cases: /./,
    object: /^ClusterRole /,
    field: /^rules$/,
    reason:
      'Rules of aggregated ClusterRoles are left out, so that the aggregation controller keeps them; the reference reads them from the cluster and writes them back.',
  },
  {
    cases: /^eventing-(source-|everything)/,
    object: /^ConfigMap {2}knative-eventing\/config-(logging|observability|tracing)$/,
    field: /^(metadata|data)\./,
    reason:
      'Sources bring settings of the core along; the core keeps its own, where the reference lets the source win.',
  },
  {
    cases: /^eventing-source-kafka-rabbitmq$/,
    object: /^MutatingWebhookConfiguration .* \/sinkbindings\.webhook\.sources\.knative\.dev$/,
    field: /^(metadata\.labels|webhooks\.0\.timeoutSeconds)/,
    reason:
      'The webhook for SinkBindings is the one of the core, not the copy that the RabbitMQ source brings along.',
  },
  {
    cases: /^serving-namespace-metadata$/,
    object: /^Namespace /,
    field: /^metadata\.labels\.(app\.kubernetes\.io\/component|networking\.knative\.dev\/ingress-provider)$/,
    reason:
      "The Namespace of a plugin is left out; the reference renames it, so that its labels end up on Knative's.",
  },
  {
    cases: /^serving-security-guard$/,
    object: /^ConfigMap {2}knative-serving\/config-deployment$/,
    field: /^(metadata|data)/,
    reason:
      "Security-Guard needs its own queue-proxy image, so its ConfigMap replaces the core's; the reference writes both in turn, again and again.",
  },
  {
    cases: /^serving-contour$/,
    object: /^(Certificate|TLSCertificateDelegation) /,
    field: /^\+$/,
    reason:
      'The reference stopped half-way, because the cluster did not serve a kind; all of it is rendered here.',
  },
];
