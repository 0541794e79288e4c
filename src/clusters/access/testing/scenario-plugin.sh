#!/bin/sh
# An exec credential plugin that does what its first argument says. $2 is a token, or a file for process ids.
v1=client.authentication.k8s.io/v1
credential() {
  printf '{"kind":"ExecCredential","apiVersion":"%s","status":{"token":"%s"}}\n' "$v1" "$1"
}
case "$1" in
  token) credential "$2" ;;
  environment) exec /usr/bin/env ;;
  arguments) printf '%s\n' "$@" ;;
  directory) pwd ;;
  read-stdin) cat > /dev/null && credential "$2" ;;
  flood-stdout) exec head -c 10485760 /dev/zero ;;
  flood-stderr) head -c 10485760 /dev/zero >&2 && echo 'the last words' >&2 && exit 1 ;;
  hang) echo $$ > "$2" && exec sleep 600 ;;
  ignore-term) trap '' TERM && echo $$ > "$2" && while :; do sleep 1; done ;;
  leave-child) sleep 600 & echo $! > "$2" && credential left ;;
  fail) printf '%b' "$2" >&2 && exit 1 ;;
  fail-after-answer) credential ignored && exit 3 ;;
  crash) kill -SEGV $$ ;;
  count) echo x >> "$2" && credential "$(wc -l < "$2" | tr -d ' ')" ;;
esac
