# Draws a terminal with the lines of its input, as SVG. Run it with LC_ALL=C: characters are counted by their bytes.
# Lines that begin with "$ " are what was typed. Colours are the picture's, not the program's.

BEGIN {
  columns = 104
  advance = 8.43 # of a character at 14 px, in the usual fixed-width fonts
  height = 19
  margin = 20
  top = 56
}

{ line[++lines] = $0 }

END {
  while (lines > 0 && line[lines] == "") lines--
  for (i = 1; i <= lines; i++) wrap(line[i], line[i] ~ /^\$ / ? "typed" : "printed")

  wide = int(2 * margin + columns * advance)
  high = top + rows * height
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n", wide, high, wide, high
  print "<title>fipctl on a terminal</title>"
  print "<style>"
  print "text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #c9d1d9; white-space: pre }"
  print ".prompt { fill: #7ee787 }"
  print ".typed { fill: #ffffff; font-weight: bold }"
  print "</style>"
  printf "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#0d1117\"/>\n", wide, high
  print "<circle cx=\"22\" cy=\"20\" r=\"6\" fill=\"#ff5f56\"/>"
  print "<circle cx=\"42\" cy=\"20\" r=\"6\" fill=\"#ffbd2e\"/>"
  print "<circle cx=\"62\" cy=\"20\" r=\"6\" fill=\"#27c93f\"/>"
  for (i = 1; i <= rows; i++) draw(row[i], how[i], top + (i - 1) * height)
  print "</svg>"
}

# Cuts a line where the terminal's last column is, as a terminal does; bytes 128 to 191 continue a character.
function wrap(text, kind,    at, from, count) {
  from = 1
  count = 0
  for (at = 1; at <= length(text); at++) {
    if (substr(text, at, 1) ~ /[\200-\277]/) continue
    if (++count > columns) {
      add(substr(text, from, at - from), kind)
      kind = kind == "typed" ? "more" : kind
      from = at
      count = 1
    }
  }
  add(substr(text, from), kind)
}

function add(text, kind) {
  row[++rows] = text
  how[rows] = kind
}

function draw(text, kind, y) {
  if (text == "") return
  printf "<text x=\"%d\" y=\"%d\" xml:space=\"preserve\">", margin, y
  if (kind == "typed") {
    printf "<tspan class=\"prompt\">$ </tspan>"
    text = substr(text, 3)
  }
  if (kind == "printed") printf "%s", escaped(text)
  else printf "<tspan class=\"typed\">%s</tspan>", escaped(text)
  print "</text>"
}

function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}
