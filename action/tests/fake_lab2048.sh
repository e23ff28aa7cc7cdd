#!/bin/sh
# Stands for lab2048 in a made-up release: writes down what it is called with, answers in its manner, ends as it is told.
#   FAKE_CALLS     where each call becomes a line, arguments between bars
#   FAKE_EXIT    the exit code of all but `show`
#   FAKE_NO_PLAN `plan` keeps none
#   FAKE_LONG    `status` answers with so many bytes
#   FAKE_SLOW    `apply` makes this file, and works until it is told to stop
set -eu
if [ "$1" = --version ]; then
  echo "lab2048 @VERSION@"
  exit 0
fi
(
  printf '|'
  printf '%s|' "$@"
  printf '\n'
) >> "$FAKE_CALLS"

verb=$1
format=plain
out=
while [ $# -gt 0 ]; do
  case $1 in
    --output | -o) format=$2 && shift ;;
    --out) out=$2 && shift ;;
  esac
  shift
done

case $verb:$format in
  plan:*)
    echo "the plan as text"
    [ -z "$out" ] || [ -n "${FAKE_NO_PLAN:-}" ] || echo "the plan" > "$out"
    ;;
  show:markdown)
    echo "## The plan as Markdown"
    exit 0
    ;;
  status:*) head -c "${FAKE_LONG:-10}" /dev/zero | tr '\0' x ;;
  doctor:plain) echo "checks *as* text" ;;
  doctor:junit) echo "<testsuites/>" ;;
  doctor:sarif) echo '{"version": "2.1.0"}' ;;
  apply:*)
    echo "applying" >&2
    if [ -n "${FAKE_SLOW:-}" ]; then
      trap 'echo "stopped in good order"; exit 130' TERM
      echo > "$FAKE_SLOW"
      while :; do sleep 0.1; done
    fi
    echo "http://game.example/"
    ;;
  *) echo "$verb" ;;
esac
exit "${FAKE_EXIT:-0}"
