# Read by the ./run of the Java examples, which set "here" to their folder.

root=$(cd "$here/../.." && pwd)
name=$(basename "$here")
target="$here/target"

# Builds the example where it was not built yet, or sources are newer.
build() {
  if [ ! -f "$target/$name.jar" ] || [ ! -d "$target/lib" ] || [ -n "$(find "$root/pom.xml" "$root/eventbus-codecs" \
    "$root/durable-files" "$root/clients" "$here/pom.xml" "$here/src" -name target -prune -o \
    -path '*/src/test' -prune -o -type f -newer "$target/$name.jar" -print | head -n 1)" ]; then
    echo "$name: building" >&2
    mvn -f "$root/pom.xml" -q -B package -DskipTests -pl "examples/$name" -am >&2
  fi
}

# A variable of the manager's .env; empty where it is not there.
of_manager() {
  sed -n "s/^$1=//p" "$dotenv" | sed 's/^"\(.*\)"$/\1/'
}

# What was not set already is taken from the .env that the manager made. $1: the role of the token.
find_manager() {
  dotenv="${HOLDFAST_ENV_FILE:-$root/.env}"
  if [ -z "${HOLDFAST_PUBLIC_KEY:-}" ] || [ -z "${HOLDFAST_TOKEN:-}" ]; then
    if [ ! -f "$dotenv" ]; then
      echo "$name: $dotenv is missing. Start ./holdfast in $root first; or set HOLDFAST_ENV_FILE to the" >&2
      echo ".env of a manager elsewhere; or set HOLDFAST_URL, HOLDFAST_PUBLIC_KEY and HOLDFAST_TOKEN." >&2
      exit 78
    fi
    port=$(of_manager CONFIG_MANAGER_PORT)
    : "${HOLDFAST_URL:=http://127.0.0.1:${port:-8081}}"
    : "${HOLDFAST_PUBLIC_KEY:=$(of_manager CONFIG_SIGNATURE_PUBLIC_KEY)}"
    : "${HOLDFAST_TOKEN:=$(of_manager CONFIG_API_TOKENS | tr ',' '\n' | sed -n "s/:config\.$1.*//p" | head -n 1)}"
  fi
  export HOLDFAST_URL="${HOLDFAST_URL:-http://127.0.0.1:8081}" HOLDFAST_PUBLIC_KEY HOLDFAST_TOKEN
}
