package io.fipctl;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The recordings in {@code src/test/resources/nodes}, every situation whole: what is kept of most
 * is how they differ from another one, and the README there says in which form.
 */
public final class RecordedNodes {
  private static final Path KEPT = Path.of("src/test/resources/nodes");
  private static final Path WHOLE = Path.of("target/recordings");
  private static final String BASE = "base.json";
  private static final String CHANGES = ".changes.json";
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  /** The bytes of the files of each situation, by path; composed once. */
  private static final Map<String, SortedMap<String, byte[]>> SITUATIONS = new HashMap<>();

  private static final Set<String> WRITTEN = new HashSet<>();

  private RecordedNodes() {}

  /** A folder with a folder for each situation, and {@code tools}. */
  public static Path folder() {
    try (Stream<Path> situations = Files.list(KEPT)) {
      situations
          .filter(Files::isDirectory)
          .forEach(situation -> folder(situation.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return WHOLE;
  }

  /** A situation as a collection that the doctor reads. */
  public static synchronized Path folder(String situation) {
    Path folder = WHOLE.resolve(situation);
    if (!WRITTEN.contains(situation)) {
      write(folder, files(situation));
      WRITTEN.add(situation);
    }
    return folder;
  }

  /**
   * A file as a node printed it.
   *
   * @param path SITUATION/NODE/FILE
   */
  public static synchronized String text(String path) {
    int slash = path.indexOf('/');
    byte[] bytes = files(path.substring(0, slash)).get(path.substring(slash + 1));
    check(bytes != null, "no recording " + path);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static SortedMap<String, byte[]> files(String situation) {
    SortedMap<String, byte[]> files = SITUATIONS.get(situation);
    if (files == null) {
      try {
        files = compose(situation);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      SITUATIONS.put(situation, files);
    }
    return files;
  }

  private static SortedMap<String, byte[]> compose(String situation) throws IOException {
    Map<String, byte[]> kept = read(KEPT.resolve(situation));
    byte[] base = kept.remove(BASE);
    if (base == null) {
      return new TreeMap<>(kept);
    }
    JsonNode about = JSON.readTree(base);
    SortedMap<String, byte[]> whole = new TreeMap<>(files(about.required("base").asText()));
    for (JsonNode path : about.path("without")) {
      check(whole.remove(path.asText()) != null, situation + ": the base has no " + path);
    }
    for (Map.Entry<String, byte[]> file : kept.entrySet()) {
      String path = file.getKey().replace(CHANGES, ".json");
      byte[] before = whole.get(path);
      byte[] after = file.getValue();
      if (file.getKey().endsWith(CHANGES)) {
        check(before != null, situation + ": the base has no " + path);
        after = changed(situation + "/" + file.getKey(), before, after);
      }
      check(!Arrays.equals(before, after), situation + ": the base has the same " + path);
      whole.put(path, after);
    }
    return whole;
  }

  /** The list with some objects changed, some removed and some added. */
  private static byte[] changed(String file, byte[] list, byte[] changes) throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(list);
    JsonNode differing = JSON.readTree(changes);
    // As the API lists them: by namespace and name.
    Map<String, JsonNode> objects = new TreeMap<>();
    whole.required("items").forEach(object -> objects.put(key(object), object));
    for (JsonNode key : differing.path("removed")) {
      check(objects.remove(key.asText()) != null, file + ": the base has no " + key);
    }
    for (Map.Entry<String, JsonNode> change : differing.path("changed").properties()) {
      JsonNode object = objects.get(change.getKey());
      check(object != null, file + ": the base has no " + change.getKey());
      for (JsonNode pointer : change.getValue().path("unset")) {
        put(object, pointer.asText(), null);
      }
      for (Map.Entry<String, JsonNode> field : change.getValue().path("set").properties()) {
        put(object, field.getKey(), field.getValue());
      }
    }
    for (JsonNode object : differing.path("added")) {
      check(objects.put(key(object), object) == null, file + ": the base has " + key(object));
    }
    whole.putArray("items").addAll(objects.values());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(whole);
  }

  /** Kind, namespace and name, as {@code Pod/shop/web-0} or {@code Node/n1}. */
  private static String key(JsonNode object) {
    JsonNode metadata = object.required("metadata");
    return Stream.of(object.required("kind"), metadata.path("namespace"), metadata.path("name"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .reduce((one, other) -> one + "/" + other)
        .orElseThrow();
  }

  /** Sets a field, or takes it away when there is no value. */
  private static void put(JsonNode object, String path, JsonNode value) {
    JsonPointer pointer = JsonPointer.compile(path);
    String name = pointer.last().getMatchingProperty();
    JsonNode parent = object.at(pointer.head());
    if (value == null) {
      check(
          parent instanceof ObjectNode fields && fields.remove(name) != null,
          path + " is not there");
    } else if (parent instanceof ArrayNode list) {
      list.set(pointer.last().getMatchingIndex(), value);
    } else {
      check(parent instanceof ObjectNode, path + " leads nowhere");
      ((ObjectNode) parent).set(name, value);
    }
  }

  private static Map<String, byte[]> read(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  /** Leaves what is there already: another process may be reading it. */
  private static void write(Path folder, Map<String, byte[]> files) {
    try {
      Files.createDirectories(folder);
      Map<String, byte[]> there = read(folder);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        if (!Arrays.equals(there.remove(file.getKey()), file.getValue())) {
          Path target = folder.resolve(file.getKey());
          Files.createDirectories(target.getParent());
          Path half = Files.createTempFile(WHOLE, "half", "");
          Files.write(half, file.getValue());
          Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      for (String old : there.keySet()) {
        Files.delete(folder.resolve(old));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
