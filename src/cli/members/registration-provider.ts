/** Where the hub keeps how a member is reached: a Secret of its own, or a key of the one that is mounted as files. */
export type RegistrationProvider = 'kubeconfig' | 'file';

export const registrationProviders: readonly RegistrationProvider[] = ['kubeconfig', 'file'];
