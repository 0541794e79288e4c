/** Where the demo installs Knative Serving, on the hub's objects as on the spokes. */
export const servingNamespace = 'knative-serving';

/** Selects everything of an installation. */
export const installationLabel = 'app.kubernetes.io/name=knative-serving';

/** The Deployment that somebody deletes. */
export const victim = { namespace: servingNamespace, name: 'activator' };
