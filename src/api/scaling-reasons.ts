/** The part of the list of reasons that the plan and the controller of spread workloads have, and the engine `keda`. */
export const scalingReasons = {
  NoHealthyMembers: {
    code: 'WW4101',
    level: 'error',
    meaning: 'No member answers, so nothing can be moved; what runs there keeps running.',
    fix: 'The state of each member says why. Work goes on as soon as one answers.',
  },
  NoEligibleMembers: {
    code: 'WW4102',
    level: 'error',
    meaning: 'The members that answer have the weight 0 or are drained, so that nobody may take replicas.',
    fix: 'Give one of them a weight, or bring back another.',
  },
  AllWeightsZero: {
    code: 'WW4103',
    level: 'error',
    meaning: 'Every member has the weight 0 or is drained; the last split stays.',
    fix: 'Give at least one member of spec.memberClusters a weight above 0.',
  },
  MinReplicasUnsatisfied: {
    code: 'WW4104',
    level: 'warning',
    meaning: 'The total does not reach for the minReplicas of all members; heavier ones come first.',
    fix: 'Lower minReplicas of members, or raise minReplicaCount of the whole.',
  },
  CapacityLimited: {
    code: 'WW4105',
    level: 'warning',
    meaning:
      'All members that may take replicas are at their maxReplicas, so that a part of the total runs nowhere.',
    fix: 'Raise maxReplicas of members, add a member, or lower maxReplicaCount.',
  },
  MemberOrphaned: {
    code: 'WW4106',
    level: 'warning',
    meaning: 'A member is not registered any more while it had replicas, which can no longer be scaled.',
    fix: 'Scale them by hand. Next time drain the member before it is removed.',
  },
  SuspectedHubPartition: {
    code: 'WW4107',
    level: 'warning',
    meaning:
      'Half of the members or more stopped answering at once, as when the hub loses its network; the grace period is doubled.',
    fix: 'Look at the network of the hub first.',
  },
  DuplicateMember: {
    code: 'WW4108',
    level: 'warning',
    meaning: 'Two members lead to the same workload; only the first one counts, with the weight of both.',
    fix: 'Register the cluster once, or list only one of the two in spec.memberClusters.',
  },
  ReferenceRetargeted: {
    code: 'WW4109',
    level: 'warning',
    meaning:
      'What spec.memberClusters calls a member leads to another cluster than before; replicas move there after one grace period.',
    fix: 'If that is not wanted, call the member by its canonical id, PROVIDER#NAME, before the grace period is over.',
  },
  PlanStateUnreadable: {
    code: 'WW4110',
    level: 'warning',
    meaning:
      'What the last plan left in the annotation wheelwright.dev/plan-state cannot be read, so that outages and returns begin anew.',
    fix: 'Nothing: it is written again. Leave the annotation to the operator.',
  },
  AnnotationsFull: {
    code: 'WW4111',
    level: 'warning',
    meaning:
      'The annotations of an object have 256 KiB, which is not enough for all that a restart must know; what can be seen again is left out first.',
    fix: 'Shorten the annotations of the object, or spread the workload over fewer members by several objects.',
  },
  KEDANotInstalled: {
    code: 'WW4150',
    level: 'error',
    meaning:
      'The hub does not serve ScaledObjects of KEDA, so that nothing evaluates triggers; the total stays as it is.',
    fix: 'Install KEDA on the hub, which is seen by itself, or start the operator with --scaling-engine=builtin.',
  },
  KEDAUnavailable: {
    code: 'WW4151',
    level: 'warning',
    meaning: 'The ScaledObjects of the hub cannot be read, so that nobody can say what KEDA does.',
    fix: 'The message says why: grant get, list, watch, create, patch and delete on scaledobjects.keda.sh, or wait for the hub.',
  },
  KEDASilent: {
    code: 'WW4159',
    level: 'warning',
    meaning:
      'KEDA has said nothing of the ScaledObject for two minutes: its definitions are there, and perhaps it is not.',
    fix: 'See that the operator of KEDA runs and watches the namespace, or start this one with --scaling-engine=builtin.',
  },
  ScaledObjectConflict: {
    code: 'WW4152',
    level: 'error',
    meaning:
      'A ScaledObject of the same name is there already and belongs to somebody else; neither is touched.',
    fix: 'Delete or rename one of them, or annotate this object with keda.kedify.io/adopt: "true" to take it over.',
  },
  ScaledObjectRefused: {
    code: 'WW4153',
    level: 'error',
    meaning: 'The hub refuses the ScaledObject that this object asks for.',
    fix: 'The message is that of the hub or of the webhook of KEDA. Mend spec.scaledObjectSpec.',
  },
  ScaledObjectNameInvalid: {
    code: 'WW4154',
    level: 'error',
    meaning: 'KEDA writes the name into a label, which has room for 63 characters.',
    fix: 'Create the object with a shorter name.',
  },
  ScaledObjectPending: {
    code: 'WW4155',
    level: 'info',
    meaning: 'The ScaledObject is being created or deleted, or KEDA has not looked at it yet.',
    fix: 'Nothing, or look whether the operator of KEDA runs.',
  },
  KEDARightsMissing: {
    code: 'WW4156',
    level: 'error',
    meaning: 'KEDA may not scale DistributedScaledObjects, so that the total stays as it is.',
    fix: 'Grant what the message names to the ServiceAccount of KEDA.',
  },
  UnsupportedTrigger: {
    code: 'WW4157',
    level: 'warning',
    meaning: 'A trigger needs pods on the hub, where there are none.',
    fix: 'Use a trigger with the type AverageValue that measures all members, and authenticationRef for its credentials.',
  },
  ScaledObjectContended: {
    code: 'WW4158',
    level: 'warning',
    meaning: 'Somebody changes the ScaledObject again and again; it is set right once a minute.',
    fix: 'End the other writer, or change spec.scaledObjectSpec instead.',
  },
  AllMembersReady: {
    code: 'WW4130',
    level: 'info',
    meaning: 'Every member answers and can take its share.',
    fix: 'Nothing.',
  },
  MembersDegraded: {
    code: 'WW4131',
    level: 'warning',
    meaning: 'Some members do not answer, or do not have the workload; the others serve the total.',
    fix: 'The rows of status.memberClusterStatuses say why.',
  },
  InvalidSpec: {
    code: 'WW4132',
    level: 'error',
    meaning: 'The spec has a value that cannot be understood; what runs keeps running.',
    fix: 'The message names the field and what is allowed.',
  },
  MemberReferenceAmbiguous: {
    code: 'WW4133',
    level: 'error',
    meaning: 'A name in spec.memberClusters may mean several members.',
    fix: 'Use one of the canonical ids that the message lists.',
  },
  ScaleTargetConflict: {
    code: 'WW4134',
    level: 'error',
    meaning:
      'Another DistributedScaledObject, which was there first, scales the same workload on the same cluster, whatever it calls that; this one scales nothing.',
    fix: 'Delete one of the two, or let them name different clusters, namespaces or workloads. Work goes on by itself.',
  },
  Initializing: {
    code: 'WW4135',
    level: 'info',
    meaning: 'Members are asked what they run before anything is written.',
    fix: 'Nothing: it takes 30 seconds at the most. Where the message names what cannot be read, grant it.',
  },
  TargetReplicasOverwritten: {
    code: 'WW4136',
    level: 'warning',
    meaning:
      'spec.totalTargetReplicas was set back to 0 other than through /scale, as kubectl replace does; the last total was put back.',
    fix: 'Use kubectl apply, and let GitOps tools ignore /spec/totalTargetReplicas.',
  },
  ScaleContention: {
    code: 'WW4137',
    level: 'warning',
    meaning: 'Somebody on the member undoes the number again and again; it is written once a minute.',
    fix: 'End the other writer that the message names: an autoscaler, or a GitOps tool that does not ignore /spec/replicas.',
  },
  ForeignScaler: {
    code: 'WW4138',
    level: 'warning',
    meaning: 'Another hub scales the same workload on the member.',
    fix: 'Remove the member, or the object, from one of the two hubs.',
  },
  RestoreAbandoned: {
    code: 'WW4141',
    level: 'warning',
    meaning: 'The object is gone before all members got their first numbers back.',
    fix: 'Scale the workloads that the message names by hand.',
  },
  ScaledTwice: {
    code: 'WW4143',
    level: 'error',
    meaning: 'The workload on the hub has an autoscaler of its own, which would undo every number.',
    fix: 'Delete that HorizontalPodAutoscaler or ScaledObject, or do not use the hub as a member.',
  },
  DeliveryAbandoned: {
    code: 'WW4147',
    level: 'warning',
    meaning:
      'The object is gone, and what it delivered from the hub is still on members that cannot be reached.',
    fix: 'Delete the ConfigMap distributedscaledobject-NAME-root-owner on the clusters that the message names.',
  },
} as const;
