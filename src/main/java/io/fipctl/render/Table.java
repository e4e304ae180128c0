package io.fipctl.render;

import io.fipctl.model.PrintedText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Rows under upper-case titles, three spaces apart: kubectl's look. No title has a space, so that a
 * column can be cut by number. What others wrote may be in any cell; each stays one cell of one
 * row.
 */
public record Table(List<String> titles, List<List<String>> rows) {
  private static final String GAP = "   ";

  public Table {
    titles = List.copyOf(titles);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** The rows in the order of one column's text, numbers by value. */
  public Table sortedBy(int column) {
    List<List<String>> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparing((List<String> row) -> row.get(column), Table::compareCells));
    return new Table(titles, sorted);
  }

  /** The column of a title, whatever its case; -1 when there is none. */
  public int column(String title) {
    return titles.indexOf(title.toUpperCase(Locale.ROOT));
  }

  public String print(boolean withTitles) {
    int[] widths = new int[titles.size()];
    List<List<String>> lines = new ArrayList<>();
    if (withTitles) {
      lines.add(titles);
    }
    rows.forEach(row -> lines.add(row.stream().map(PrintedText::line).toList()));
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(line.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        String cell = line.get(i);
        text.append(cell);
        if (i < widths.length - 1) {
          text.repeat(' ', widths[i] - width(cell)).append(GAP);
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static int compareCells(String a, String b) {
    return isNumber(a) && isNumber(b)
        ? Long.compare(Long.parseLong(a), Long.parseLong(b))
        : a.compareTo(b);
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty()
        && cell.length() < 18
        && cell.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
