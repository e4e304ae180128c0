package io.fipctl.cluster;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * JSON to {@link ApiObject} trees and back, token by token: what is not wanted is skipped while it
 * is read. Whole numbers are {@code Long}, others {@code Double}.
 */
public final class ApiJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ApiJson() {}

  /** Reads one object, keeping what the mask keeps. */
  public static ApiObject read(InputStream in, Fields fields) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      parser.nextToken();
      return readObject(parser, fields);
    }
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

  /** The items of a list, keeping what the mask keeps of each. */
  public static List<ApiObject> readItems(InputStream in, Fields fields) throws IOException {
    List<ApiObject> items = new ArrayList<>();
    readList(in, fields, items::add);
    return items;
  }

  /**
   * Reads a list, giving each item away as it comes.
   *
   * @return the list's own metadata
   */
  static ApiObject readList(InputStream in, Fields fields, Consumer<ApiObject> item)
      throws IOException {
    ApiObject metadata = ApiObject.EMPTY;
    try (JsonParser parser = JSON.createParser(in)) {
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            item.accept(readObject(parser, fields));
          }
        } else if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
          metadata = readObject(parser, Fields.ALL);
        } else {
          parser.skipChildren();
        }
      }
    }
    return metadata;
  }

  /** The events of a watch, one after the other; the stream stays the caller's. */
  static EventReader events(InputStream in, Fields fields) throws IOException {
    return new EventReader(JSON.createParser(in), fields);
  }

  /** Reads the events of a watch. */
  static final class EventReader {
    private final JsonParser parser;
    private final Fields fields;

    private EventReader(JsonParser parser, Fields fields) {
      this.parser = parser;
      this.fields = fields;
    }

    /** The next event, or empty when the server has ended the watch. */
    Optional<Cluster.Change> next() throws IOException {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      String type = "";
      ApiObject object = ApiObject.EMPTY;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("type")) {
          type = parser.getText();
        } else if (field.equals("object") && value == JsonToken.START_OBJECT) {
          // A Status has its words where the mask of a kind would drop them.
          boolean ofTheKind = !type.isEmpty() && !type.equals("ERROR");
          object = readObject(parser, ofTheKind ? fields : Fields.ALL);
        } else {
          parser.skipChildren();
        }
      }
      return Optional.of(new Cluster.Change(type, object));
    }
  }

  private static ApiObject readObject(JsonParser parser, Fields fields) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT);
    return new ApiObject(map(parser, fields));
  }

  private static void expect(JsonParser parser, JsonToken found, JsonToken wanted)
      throws IOException {
    if (found != wanted) {
      throw new IOException("not the JSON of an API object: " + found + " at " + where(parser));
    }
  }

  private static String where(JsonParser parser) {
    return "byte " + parser.currentTokenLocation().getByteOffset();
  }

  private static Map<String, Object> map(JsonParser parser, Fields fields) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      Optional<Fields> below = fields.below(field);
      parser.nextToken();
      if (below.isPresent()) {
        map.put(field, value(parser, below.get()));
      } else {
        parser.skipChildren();
      }
    }
    return map;
  }

  private static Object value(JsonParser parser, Fields fields) throws IOException {
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
          throw new IOException("unexpected " + parser.currentToken() + " at " + where(parser));
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
