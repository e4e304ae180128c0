package io.fipctl.kube;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kind of API object: where its objects are found, and which of their fields a list is read for.
 *
 * @param group the API group; empty for the core group
 * @param plural the name in URLs, such as {@code pods}
 * @param fields what {@link Cluster#list} keeps of each object; {@link Cluster#get} keeps all
 * @param optional whether a cluster may do without the kind: a custom resource, or an API that came
 *     with some version of Kubernetes. Only of such a kind "not found" means that there is none.
 */
public record Kind(
    String group,
    String version,
    String plural,
    String name,
    boolean namespaced,
    FieldMask fields,
    boolean optional) {

  /** A kind that every cluster serves. */
  public Kind(
      String group,
      String version,
      String plural,
      String name,
      boolean namespaced,
      FieldMask fields) {
    this(group, version, plural, name, namespaced, fields, false);
  }

  /** The Calico group of CRDs stored as they are (Kubernetes datastore, all versions). */
  public static final String CRD_GROUP = "crd.projectcalico.org";

  /** The Calico group of the aggregated API server, and of native CRDs since 3.32. */
  public static final String V3_GROUP = "projectcalico.org";

  private static final String OBJECT =
      "metadata(name,namespace,uid,resourceVersion,annotations,labels)";

  public static final Kind PODS =
      core(
          "pods",
          "Pod",
          true,
          "metadata(name,namespace,uid,resourceVersion,creationTimestamp,deletionTimestamp,labels,"
              + "ownerReferences,annotations(cni.projectcalico.org/*,fipctl.io/*)),"
              + "spec(nodeName,hostNetwork),"
              + "status(phase,podIP,podIPs,conditions(type,status))");
  public static final Kind NODES =
      core(
          "nodes",
          "Node",
          false,
          OBJECT + ",spec,status(addresses,conditions(type,status),nodeInfo)");
  public static final Kind SERVICES = core("services", "Service", true, OBJECT + ",spec,status");
  public static final Kind CONFIG_MAPS = core("configmaps", "ConfigMap", true, "*");
  public static final Kind EVENTS = core("events", "Event", true, "*");
  public static final Kind NAMESPACES = core("namespaces", "Namespace", false, OBJECT);
  public static final Kind LEASES =
      new Kind("coordination.k8s.io", "v1", "leases", "Lease", true, FieldMask.ALL);
  public static final Kind DAEMON_SETS = apps("daemonsets", "DaemonSet");
  public static final Kind DEPLOYMENTS = apps("deployments", "Deployment");
  public static final Kind STATEFUL_SETS = apps("statefulsets", "StatefulSet");
  public static final Kind REPLICA_SETS = apps("replicasets", "ReplicaSet");
  public static final Kind CONTROLLER_REVISIONS = apps("controllerrevisions", "ControllerRevision");
  public static final Kind JOBS = new Kind("batch", "v1", "jobs", "Job", true, FieldMask.ALL);
  public static final Kind CRON_JOBS =
      new Kind("batch", "v1", "cronjobs", "CronJob", true, FieldMask.ALL);
  public static final Kind NETWORK_POLICIES =
      new Kind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, FieldMask.ALL);
  public static final Kind SERVICE_CIDRS = serviceCidrs("v1");

  /** As Kubernetes 1.31 and 1.32 serve it. */
  public static final Kind SERVICE_CIDRS_BETA = serviceCidrs("v1beta1");

  public static final Kind ENDPOINT_SLICES =
      new Kind(
          "discovery.k8s.io",
          "v1",
          "endpointslices",
          "EndpointSlice",
          true,
          FieldMask.parse("metadata(name,namespace,labels),endpoints(addresses)"),
          true);
  public static final Kind INSTALLATIONS =
      new Kind(
          "operator.tigera.io", "v1", "installations", "Installation", false, FieldMask.ALL, true);
  public static final Kind ADMISSION_POLICIES =
      new Kind(
          "admissionregistration.k8s.io",
          "v1",
          "validatingadmissionpolicies",
          "ValidatingAdmissionPolicy",
          false,
          FieldMask.ALL,
          true);

  public static final Kind IP_POOLS = calico("ippools", "IPPool");
  public static final Kind IPAM_BLOCKS = calico("ipamblocks", "IPAMBlock");
  public static final Kind IP_RESERVATIONS = calico("ipreservations", "IPReservation");
  public static final Kind BLOCK_AFFINITIES = calico("blockaffinities", "BlockAffinity");
  public static final Kind FELIX_CONFIGURATIONS =
      calico("felixconfigurations", "FelixConfiguration");
  public static final Kind BGP_CONFIGURATIONS = calico("bgpconfigurations", "BGPConfiguration");
  public static final Kind CLUSTER_INFORMATIONS =
      calico("clusterinformations", "ClusterInformation");

  public static final Kind BGP_PEERS = calico("bgppeers", "BGPPeer");
  public static final Kind BGP_FILTERS = calico("bgpfilters", "BGPFilter");

  private static final Set<String> WITHOUT_NAMESPACE =
      Stream.of(
              NODES,
              NAMESPACES,
              INSTALLATIONS,
              ADMISSION_POLICIES,
              IP_POOLS,
              IPAM_BLOCKS,
              IP_RESERVATIONS,
              BLOCK_AFFINITIES,
              FELIX_CONFIGURATIONS,
              BGP_CONFIGURATIONS,
              CLUSTER_INFORMATIONS,
              BGP_PEERS,
              BGP_FILTERS)
          .map(Kind::plural)
          .collect(Collectors.toUnmodifiableSet());

  /** Whether objects are in namespaces, of a kind of which only the plural is known. */
  public static boolean isNamespaced(String plural) {
    return !WITHOUT_NAMESPACE.contains(plural);
  }

  /**
   * The same kind, of which something else is read.
   *
   * @param fieldMask as {@link FieldMask} writes it
   */
  public Kind with(String fieldMask) {
    return new Kind(group, version, plural, name, namespaced, FieldMask.parse(fieldMask), optional);
  }

  /** The same kind in the Calico group that Felix reads. */
  public Kind in(CalicoGroup calico) {
    return new Kind(calico.group(), calico.version(), plural, name, namespaced, fields, optional);
  }

  /** {@code apiVersion} of its objects. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The resource as RBAC rules and kubectl name it: {@code ippools.crd.projectcalico.org}. */
  public String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  private static Kind core(String plural, String name, boolean namespaced, String fields) {
    return new Kind("", "v1", plural, name, namespaced, FieldMask.parse(fields));
  }

  private static Kind apps(String plural, String name) {
    return new Kind("apps", "v1", plural, name, true, FieldMask.ALL);
  }

  private static Kind serviceCidrs(String version) {
    return new Kind(
        "networking.k8s.io",
        version,
        "servicecidrs",
        "ServiceCIDR",
        false,
        FieldMask.parse("metadata(name),spec(cidrs)"),
        true);
  }

  private static Kind calico(String plural, String name) {
    return new Kind(CRD_GROUP, "v1", plural, name, false, FieldMask.ALL, true);
  }
}
