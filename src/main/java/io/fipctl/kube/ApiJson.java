package io.fipctl.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fipctl.model.ApiObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * JSON to {@link ApiObject} trees and back, token by token: what is not wanted is skipped while it
 * is read. Whole numbers are {@code Long}, others {@code Double}.
 */
public final class ApiJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ApiJson() {}

  /** JSON, or not even that, which is not what an API server answers. */
  public static final class NotApi extends IOException {
    public NotApi(String what) {
      super(what);
    }
  }

  /**
   * Reads one object and nothing behind it, keeping what the mask keeps.
   *
   * @throws IOException when it is broken off, not an object, or says something twice
   */
  public static ApiObject read(InputStream in, FieldMask fields) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      parser.nextToken();
      ApiObject object = readObject(parser, fields);
      end(parser);
      return object;
    }
  }

  /**
   * Reads one object of a kind.
   *
   * @throws IOException also when it is of another kind
   */
  public static ApiObject read(InputStream in, String kind) throws IOException {
    ApiObject object = read(in, FieldMask.ALL);
    fits(kind, object.text("kind").orElse(""));
    return object;
  }

  /** A tree of maps, lists, texts, numbers, flags and nulls as JSON, on one line. */
  public static String write(Object tree) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      write(generator, tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * The items of a list that a file holds, keeping what the mask keeps of each.
   *
   * @throws IOException when it is not the whole of a list
   */
  public static List<ApiObject> readItems(InputStream in, FieldMask fields) throws IOException {
    List<ApiObject> items = new ArrayList<>();
    Listed listed = readList(in, fields, false, items::add);
    if (!listed.kind().endsWith("List")) {
      throw new NotApi("its kind is '" + listed.kind() + "', not a list");
    }
    return items;
  }

  /**
   * Reads the list of a kind, giving each item away as it comes: whoever takes them must not use
   * them before this returns.
   *
   * @return the list's own metadata
   * @throws IOException when it is broken off, another kind's, or has no items: an empty list says
   *     so by an empty array
   */
  public static ApiObject readList(InputStream in, Kind kind, Consumer<ApiObject> item)
      throws IOException {
    // Aggregated API servers, which serve optional kinds only, write Go's nil slice as null.
    Listed listed = readList(in, kind.fields(), kind.optional(), item);
    fits(kind.name() + "List", listed.kind());
    return listed.metadata();
  }

  /** What a list says besides its items. */
  private record Listed(String kind, ApiObject metadata) {}

  private static Listed readList(
      InputStream in, FieldMask fields, boolean nullIsEmpty, Consumer<ApiObject> item)
      throws IOException {
    String kind = "";
    ApiObject metadata = ApiObject.EMPTY;
    Set<String> seen = new HashSet<>();
    try (JsonParser parser = JSON.createParser(in)) {
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        once(seen.add(field), field, parser);
        JsonToken value = parser.nextToken();
        switch (field) {
          case "items" -> {
            if (!(nullIsEmpty && value == JsonToken.VALUE_NULL)) {
              items(parser, fields, item);
            }
          }
          case "metadata" -> metadata = readObject(parser, FieldMask.ALL);
          case "kind" -> kind = parser.getText();
          default -> parser.skipChildren();
        }
      }
      end(parser);
    }
    if (!seen.contains("items")) {
      throw new NotApi("it has no items");
    }
    return new Listed(kind, metadata);
  }

  private static void items(JsonParser parser, FieldMask fields, Consumer<ApiObject> item)
      throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_ARRAY);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      item.accept(readObject(parser, fields));
    }
  }

  /** The events of a watch on a kind, one after the other; the stream stays the caller's. */
  public static EventReader events(InputStream in, Kind kind) throws IOException {
    return new EventReader(JSON.createParser(in), kind);
  }

  /** Reads the events of a watch. */
  public static final class EventReader {
    private static final Set<String> OF_THE_KIND =
        Set.of("ADDED", "MODIFIED", "DELETED", "BOOKMARK");

    private final JsonParser parser;
    private final Kind kind;
    private final FieldMask fields;

    private EventReader(JsonParser parser, Kind kind) {
      this.parser = parser;
      this.kind = kind;
      this.fields = kind.fields().and("kind");
    }

    /**
     * The next event, or empty when the server has ended the watch.
     *
     * @throws NotApi when it is not an event of the kind
     * @throws IOException when it broke off
     */
    public Optional<Cluster.Change> next() throws IOException {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      expect(parser, parser.currentToken(), JsonToken.START_OBJECT);
      String type = "";
      ApiObject object = ApiObject.EMPTY;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("type")) {
          type = parser.getText();
        } else if (field.equals("object") && value == JsonToken.START_OBJECT) {
          // A Status has its words where the mask of a kind would drop them.
          object = readObject(parser, OF_THE_KIND.contains(type) ? fields : FieldMask.ALL);
        } else {
          parser.skipChildren();
        }
      }
      fits(OF_THE_KIND.contains(type) ? kind.name() : "Status", object.text("kind").orElse(""));
      return Optional.of(new Cluster.Change(type, object));
    }
  }

  private static ApiObject readObject(JsonParser parser, FieldMask fields) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT);
    return new ApiObject(map(parser, fields));
  }

  private static void expect(JsonParser parser, JsonToken found, JsonToken wanted)
      throws IOException {
    if (found != wanted) {
      throw new NotApi("%s instead of %s at %s".formatted(found, wanted, where(parser)));
    }
  }

  /** What is said twice is believed neither way: others read the other one. */
  private static void once(boolean first, String field, JsonParser parser) throws IOException {
    if (!first) {
      throw new NotApi("'%s' is there twice at %s".formatted(field, where(parser)));
    }
  }

  private static void end(JsonParser parser) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
    if (parser.nextToken() != null) {
      throw new NotApi("more follows at " + where(parser));
    }
  }

  private static void fits(String wanted, String kind) throws IOException {
    if (!kind.equals(wanted)) {
      throw new NotApi("its kind is '%s', not %s".formatted(kind, wanted));
    }
  }

  private static String where(JsonParser parser) {
    return "byte " + parser.currentTokenLocation().getByteOffset();
  }

  private static Map<String, Object> map(JsonParser parser, FieldMask fields) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      Optional<FieldMask> below = fields.below(field);
      parser.nextToken();
      if (below.isPresent()) {
        once(!map.containsKey(field), field, parser);
        map.put(field, value(parser, below.get()));
      } else {
        parser.skipChildren();
      }
    }
    return map;
  }

  private static Object value(JsonParser parser, FieldMask fields) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> map(parser, fields);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, fields));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> wholeNumber(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new NotApi("unexpected " + parser.currentToken() + " at " + where(parser));
    };
  }

  private static Number wholeNumber(JsonParser parser) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return parser.getBigIntegerValue();
    }
    return parser.getLongValue();
  }

  private static void write(JsonGenerator json, Object tree) throws IOException {
    switch (tree) {
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(entry.getKey().toString());
          writeNullable(json, entry.getValue());
        }
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          writeNullable(json, element);
        }
        json.writeEndArray();
      }
      case ApiObject object -> write(json, object.tree());
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case BigInteger number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Float number -> json.writeNumber(number);
      case Number number -> json.writeNumber(number.longValue());
      default -> throw new IllegalArgumentException("no JSON value: " + tree.getClass().getName());
    }
  }

  private static void writeNullable(JsonGenerator json, Object tree) throws IOException {
    if (tree == null) {
      json.writeNull();
    } else {
      write(json, tree);
    }
  }
}
