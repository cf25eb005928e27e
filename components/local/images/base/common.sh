# Sourced by the entrypoints (bash).

log() { printf '%s %s\n' "${SERVICE:-rung}:" "$*" >&2; }

# secret_file VARIABLE PATH: the variable's value goes to a file that only this user reads; the variable is
# unset, so that no process started later holds it.
secret_file() {
  local value="${!1:?$1 is not set}"
  (umask 077 && printf '%s\n' "$value" >"$2.new" && mv "$2.new" "$2")
  unset "$1"
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.3
  done
}
