# shellcheck shell=bash
# Sourced: counts what JUnit's XML reports say, so that nobody has to believe a log.

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
