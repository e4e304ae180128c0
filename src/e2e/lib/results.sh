# shellcheck shell=bash
# Sourced: counts and names what JUnit's XML reports say, so that nobody has to believe a log.

# results DIRECTORY: three numbers, passed failed skipped.
results() {
  find "$1" -maxdepth 1 -name 'TEST-*.xml' -exec grep -h -m1 -o '<testsuite [^>]*>' {} + 2>/dev/null |
    awk '{
      for (name in value) delete value[name]
      while (match($0, /(tests|failures|errors|skipped)="[0-9]+"/)) {
        split(substr($0, RSTART, RLENGTH), part, "=")
        gsub(/"/, "", part[2])
        value[part[1]] = part[2]
        $0 = substr($0, RSTART + RLENGTH)
      }
      failed += value["failures"] + value["errors"]
      skipped += value["skipped"]
      passed += value["tests"] - value["failures"] - value["errors"] - value["skipped"]
    }
    END { print passed + 0, failed + 0, skipped + 0 }'
}

# skipped DIRECTORY: the names of the tests that were skipped.
skipped() {
  find "$1" -maxdepth 1 -name 'TEST-*.xml' -exec awk '
    /<testcase / {
      match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
      match($0, / classname="[^"]*"/); class = substr($0, RSTART + 12, RLENGTH - 13)
    }
    /<skipped/ { print class "." name }' {} + 2>/dev/null
}

# skipped_as_expected DIRECTORY FILE: names each skipped test; fails when FILE does not name one of them.
skipped_as_expected() {
  local name code=0
  while read -r name; do
    if grep -qxF "$name" "$2"; then
      printf 'skipped, as expected: %s\n' "$name" >&2
    else
      printf 'SKIPPED, and not named in %s: %s\n' "${2##*/}" "$name" >&2
      code=1
    fi
  done < <(skipped "$1")
  return $code
}
