package io.fipctl.kube.config;

import io.fipctl.kube.config.Target.Impersonation;
import io.fipctl.kube.config.Target.Trust;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.UserDirectories;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kubeconfig files of a run, merged as kubectl merges them (the first to name something wins),
 * and strict: what was asked for and is not there is a usage error, never another cluster.
 */
public final class Kubeconfig {
  /** A named entry and the file it stands in. */
  record Entry(KubeconfigFile file, ApiObject content) {}

  private final Map<String, Entry> clusters = new LinkedHashMap<>();
  private final Map<String, Entry> users = new LinkedHashMap<>();
  private final Map<String, Entry> contexts = new LinkedHashMap<>();
  private Optional<String> current = Optional.empty();

  private Kubeconfig() {}

  /** Reads what is asked for; empty when nothing was asked for and there is nothing. */
  public static Optional<Kubeconfig> find(
      ConnectionOptions options, Map<String, String> environment) {
    Optional<Path> standard = standard(environment).filter(Files::exists);
    if (options.kubeconfig().isPresent()) {
      Path file = Path.of(options.kubeconfig().get());
      if (!Files.exists(file)) {
        throw FipctlException.usage(
            "there is no kubeconfig " + file,
            present(environment, standard)
                .map(there -> "there is " + there)
                .orElse("there is none"));
      }
      return Optional.of(merged(List.of(file)));
    }
    String list = environment.getOrDefault("KUBECONFIG", "");
    if (!list.isEmpty()) {
      List<Path> present = existing(list);
      if (present.isEmpty()) {
        throw FipctlException.usage(
            "KUBECONFIG names " + list + ", and no such file is there",
            standard.map(there -> "there is " + there).orElse("there is none in its usual place"));
      }
      return Optional.of(merged(present));
    }
    return standard.map(file -> merged(List.of(file)));
  }

  /** For who names the server on the command line and nothing else. */
  public static Kubeconfig none() {
    return new Kubeconfig();
  }

  /** The contexts' names, in the files' order. */
  public List<String> contexts() {
    return List.copyOf(contexts.keySet());
  }

  /** Where a kubeconfig is that nobody names; nowhere for whoever has no home. */
  public static Optional<Path> standard(Map<String, String> environment) {
    return UserDirectories.home(environment).map(home -> home.resolve(".kube").resolve("config"));
  }

  private static Optional<String> present(
      Map<String, String> environment, Optional<Path> standard) {
    List<Path> there = new ArrayList<>(existing(environment.getOrDefault("KUBECONFIG", "")));
    standard.ifPresent(there::add);
    return there.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", there.stream().map(Path::toString).toList()));
  }

  private static List<Path> existing(String list) {
    List<Path> present = new ArrayList<>();
    for (String file : list.split(File.pathSeparator, -1)) {
      if (!file.isEmpty() && Files.exists(Path.of(file))) {
        present.add(Path.of(file));
      }
    }
    return present;
  }

  private static Kubeconfig merged(List<Path> paths) {
    Kubeconfig merged = new Kubeconfig();
    for (Path path : paths) {
      KubeconfigFile file = KubeconfigFile.read(path);
      merged.add(file, "clusters", "cluster", merged.clusters);
      merged.add(file, "users", "user", merged.users);
      merged.add(file, "contexts", "context", merged.contexts);
      if (merged.current.isEmpty()) {
        merged.current = filled(file.content().text("current-context"));
      }
    }
    return merged;
  }

  /** In one file a name stands once, as kubectl has it (clientcmd/api/v1/conversion.go). */
  private void add(KubeconfigFile file, String list, String content, Map<String, Entry> entries) {
    Set<String> names = new HashSet<>();
    for (ApiObject named : file.content().objects(list)) {
      String name = named.text("name").orElse("");
      if (!names.add(name)) {
        throw FipctlException.usage(
            "the kubeconfig %s has the %s '%s' twice".formatted(file.path(), content, name),
            "kubectl refuses that too: rename or delete one of them");
      }
      if (!name.isEmpty()) {
        entries.putIfAbsent(name, new Entry(file, named.object(content)));
      }
    }
  }

  /** The one server, trust and login that the options and the files name. */
  public Target target(ConnectionOptions options) {
    Optional<String> name = contextName(options);
    ApiObject context = name.map(chosen -> contexts.get(chosen).content()).orElse(ApiObject.EMPTY);
    Optional<Entry> cluster =
        filled(context.text("cluster")).map(wanted -> entry("cluster", wanted, clusters, name));
    Optional<String> userName = filled(context.text("user"));
    Optional<Entry> user = userName.map(wanted -> entry("user", wanted, users, name));
    cluster.ifPresent(Kubeconfig::refuseBoth);
    Trust trust = trust(options, cluster);
    URI named = server(options, cluster, name, trust);
    URI server = withoutUser(named);
    return new Target(
        name.orElse(server.toString()),
        server,
        options.namespace().or(() -> filled(context.text("namespace"))).orElse("default"),
        userName.orElse(""),
        trust,
        cluster.flatMap(entry -> filled(entry.content().text("proxy-url"))),
        AuthInfos.of(options, user, named, () -> clusterInfo(server, trust, cluster)),
        impersonation(options, user));
  }

  private Optional<String> contextName(ConnectionOptions options) {
    if (options.context().isPresent()) {
      return Optional.of(known(options.context().get(), "there is no context "));
    }
    if (current.isPresent()) {
      return Optional.of(known(current.get(), "the kubeconfig's current-context is missing: "));
    }
    if (contexts.size() == 1) {
      return contexts.keySet().stream().findFirst();
    }
    if (options.server().isPresent()) {
      return Optional.empty();
    }
    throw FipctlException.usage(
        "the kubeconfig names no current-context",
        "choose one with --context: " + listed(contexts));
  }

  private String known(String context, String complaint) {
    if (contexts.containsKey(context)) {
      return context;
    }
    throw FipctlException.usage(
        complaint + context, "the kubeconfig has these contexts: " + listed(contexts));
  }

  private static Entry entry(
      String what, String wanted, Map<String, Entry> entries, Optional<String> context) {
    Entry entry = entries.get(wanted);
    if (entry == null) {
      throw FipctlException.usage(
          "context "
              + context.orElse("")
              + " names the "
              + what
              + " "
              + wanted
              + ", which is missing",
          "the kubeconfig has these " + what + "s: " + listed(entries));
    }
    return entry;
  }

  private static String listed(Map<String, Entry> entries) {
    return entries.isEmpty() ? "none" : String.join(", ", entries.keySet());
  }

  /** As client-go's validateClusterInfo (clientcmd/validation.go). */
  private static void refuseBoth(Entry cluster) {
    refuseBoth(cluster, "certificate-authority");
  }

  /** A certificate or key stands in the kubeconfig or in a file, and not in both. */
  static void refuseBoth(Entry entry, String field) {
    if (filled(entry.content().text(field)).isPresent()
        && filled(entry.content().text(field + "-data")).isPresent()) {
      throw FipctlException.usage(
          "%s and %s-data are both in %s".formatted(field, field, entry.file().path()),
          "kubectl refuses that too: delete the wrong one");
    }
  }

  /** As client-go's TLSConfigFor (transport/transport.go). */
  public static void refuseTwoTrusts(ConnectionOptions options) {
    if (options.insecureSkipTlsVerify() && options.certificateAuthority().isPresent()) {
      throw FipctlException.usage(
          "--certificate-authority and --insecure-skip-tls-verify exclude each other",
          "leave one of them out");
    }
  }

  private static Trust trust(ConnectionOptions options, Optional<Entry> cluster) {
    refuseTwoTrusts(options);
    Optional<String> authority = options.certificateAuthority().map(file -> text(Path.of(file)));
    // As in kubectl: who names another server or authority speaks of another certificate.
    Optional<String> serverName =
        options.server().isPresent()
            ? Optional.empty()
            : cluster.flatMap(entry -> filled(entry.content().text("tls-server-name")));
    if (options.insecureSkipTlsVerify()) {
      return new Trust(true, Optional.empty(), serverName);
    }
    if (authority.isPresent()) {
      return new Trust(false, authority, serverName);
    }
    boolean unchecked =
        cluster.map(entry -> entry.content().flag("insecure-skip-tls-verify")).orElse(false);
    Optional<String> pem = cluster.flatMap(entry -> pem(entry, "certificate-authority"));
    if (unchecked && pem.isPresent()) {
      throw FipctlException.usage(
          "certificate-authority and insecure-skip-tls-verify exclude each other, and both are in "
              + cluster.orElseThrow().file().path(),
          "kubectl refuses that too: delete the wrong one, or decide by --certificate-authority");
    }
    return new Trust(unchecked, pem, serverName);
  }

  private static URI server(
      ConnectionOptions options, Optional<Entry> cluster, Optional<String> context, Trust trust) {
    String server =
        options
            .server()
            .or(() -> cluster.flatMap(entry -> filled(entry.content().text("server"))))
            .orElseThrow(
                () ->
                    FipctlException.usage(
                        "context " + context.orElse("") + " names no server",
                        "give one with --server"));
    return address(server, trust);
  }

  /** A server without a scheme is TLS when anything is said about TLS, as for kubectl. */
  static URI address(String server, Trust trust) {
    boolean tls = trust.authority().isPresent() || trust.nobodyChecked();
    String full = server.contains("://") ? server : (tls ? "https://" : "http://") + server;
    try {
      URI uri = new URI(full.endsWith("/") ? full.substring(0, full.length() - 1) : full);
      if (uri.getHost() != null
          && (uri.getScheme().equals("https") || uri.getScheme().equals("http"))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The cause is left out: it quotes the address, and that may hold a password.
      throw FipctlException.usage(
          Urls.shown(server) + " is not a server address: " + e.getReason(),
          "like https://10.0.0.1:6443");
    }
    throw FipctlException.usage(
        Urls.shown(server) + " is not a server address", "like https://10.0.0.1:6443");
  }

  private static URI withoutUser(URI server) {
    if (server.getRawUserInfo() == null) {
      return server;
    }
    return URI.create(server.toString().replace(server.getRawUserInfo() + "@", ""));
  }

  private static Impersonation impersonation(ConnectionOptions options, Optional<Entry> user) {
    if (options.as().isPresent()) {
      return new Impersonation(options.as(), options.asGroups(), Optional.empty(), Map.of());
    }
    ApiObject content = user.map(Entry::content).orElse(ApiObject.EMPTY);
    Map<String, List<String>> extra = new LinkedHashMap<>();
    ApiObject extras = content.object("as-user-extra");
    extras.tree().keySet().forEach(key -> extra.put(key, extras.texts(key)));
    List<String> groups =
        options.asGroups().isEmpty() ? content.texts("as-groups") : options.asGroups();
    Optional<String> as = filled(content.text("as"));
    Optional<String> uid = filled(content.text("as-uid"));
    if (as.isEmpty() && !(groups.isEmpty() && extra.isEmpty() && uid.isEmpty())) {
      throw FipctlException.usage(
          "groups are to be impersonated without a user", "name the user with --as");
    }
    return new Impersonation(as, groups, uid, extra);
  }

  /** The cluster as a credential plugin is told of it (client.authentication.k8s.io, Cluster). */
  private static Map<String, Object> clusterInfo(URI server, Trust trust, Optional<Entry> cluster) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("server", server.toString());
    trust.serverName().ifPresent(name -> info.put("tls-server-name", name));
    if (trust.nobodyChecked()) {
      info.put("insecure-skip-tls-verify", true);
    }
    trust.authority().ifPresent(pem -> info.put("certificate-authority-data", Pem.base64(pem)));
    cluster.ifPresent(
        entry -> {
          filled(entry.content().text("proxy-url")).ifPresent(url -> info.put("proxy-url", url));
          for (ApiObject extension : entry.content().objects("extensions")) {
            if (extension.text("name").orElse("").equals("client.authentication.k8s.io/exec")) {
              info.put("config", extension.tree().get("extension"));
            }
          }
        });
    return info;
  }

  /** PEM from {@code FIELD-data} (base64) or else from the file that {@code FIELD} names. */
  static Optional<String> pem(Entry entry, String field) {
    return filled(entry.content().text(field + "-data"))
        .map(data -> Pem.decoded(data, field + "-data of " + entry.file().path()))
        .or(
            () ->
                filled(entry.content().text(field)).map(file -> text(entry.file().resolve(file))));
  }

  public static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FipctlException.usage(
              "the file " + file + " cannot be read", "the kubeconfig or an option names it")
          .causedBy(e);
    }
  }

  public static Optional<String> filled(Optional<String> text) {
    return text.filter(value -> !value.isEmpty());
  }
}
