#!/usr/bin/env bash
# Runs one command of lab2048 as its environment (INPUT_…, see action.yml) says: log, summary, reports, exit code.
set -euo pipefail
program=${LAB2048_BIN:?}/lab2048
work=$(mktemp -d "${RUNNER_TEMP:?}/lab2048-run.XXXXXX")
readonly program work
# The summary of a step may have 1 MiB.
readonly summary_limit=1000000

fail() {
  printf '::error title=lab2048::%s\n' "$*"
  exit 64
}

output() { # NAME VALUE
  printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"
}

# One line, as it becomes a line of the step's outputs.
one_line() { # INPUT VALUE
  case $2 in *$'\n'* | *$'\r'*) fail "$1 has to be one line" ;; esac
}

absolute() { # PATH
  case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac
}

# Fills `arguments` with what the program is called with.
read_inputs() {
  local line
  one_line command "$INPUT_COMMAND"
  [[ $INPUT_COMMAND =~ ^[a-z]+(\ [a-z]+)*$ ]] || fail 'command is a verb of lab2048, such as plan; further arguments go into args'
  read -r -a arguments <<< "$INPUT_COMMAND"
  if [ -n "$INPUT_ENVIRONMENT" ]; then
    arguments+=(--env "$INPUT_ENVIRONMENT")
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -n "$line" ] || continue
    case $line in
      -*[[:space:]]*)
        # A value of a flag may have blanks, its name may not.
        [[ ${line%%[[:space:]]*} == -*=* ]] || fail "args has \`$line\` in one line: write --flag=value"
        ;;
    esac
    arguments+=("$line")
  done <<< "$INPUT_ARGS"
  case $INPUT_SUMMARY in true | false) ;; *) fail 'summary is true or false' ;; esac
  [[ ${INPUT_ALLOWED_EXIT_CODES//,/ } =~ ^[0-9\ ]+$ ]] || fail 'allowed-exit-codes are numbers, such as 0 2'
}

# Keeps the plan, so that what is shown, what the summary has and what is carried out later is one and the same.
prepare_plan() {
  plan=
  [ "$INPUT_COMMAND" = plan ] || {
    [ -z "$INPUT_PLAN_FILE" ] || fail 'plan-file is for the command plan'
    return 0
  }
  for argument in "${arguments[@]}"; do
    case $argument in --out | --out=*) fail 'the input plan-file says where the plan goes, not --out' ;; esac
  done
  one_line plan-file "$INPUT_PLAN_FILE"
  plan=$(absolute "${INPUT_PLAN_FILE:-$work/plan.json}")
  mkdir -p "$(dirname "$plan")"
  # What an earlier run has kept is no plan of this one.
  rm -f "$plan"
  arguments+=(--out "$plan")
}

# Runs the program; a signal that ends the job is handed on, so that it can end its run in good order.
call() { # FILE-FOR-STANDARD-OUTPUT ARGUMENT…
  local out=$1 pid signalled=
  shift
  "$program" "$@" > "$out" &
  pid=$!
  trap 'signalled=yes; kill -TERM "$pid" 2> /dev/null || true' INT TERM
  code=0
  wait "$pid" || code=$?
  while [ -n "$signalled" ]; do
    signalled=
    code=0
    wait "$pid" || code=$?
  done
  trap - INT TERM
}

allowed() { # CODE
  case " ${INPUT_ALLOWED_EXIT_CODES//,/ } " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

summarize() { # FILE-OF-MARKDOWN
  if [ "$(wc -c < "$1")" -gt "$summary_limit" ]; then
    printf 'The answer of lab2048 %s is too long for a summary; the log has it.\n' "$INPUT_COMMAND" > "$1"
  fi
  cat "$1" >> "$GITHUB_STEP_SUMMARY"
}

# The plan as Markdown; of another command what it printed, indented, so that nothing in it is taken for Markdown.
write_summary() {
  if [ -n "$plan" ] && [ -s "$plan" ]; then
    "$program" show "$plan" --output markdown > "$work/plan.md"
    output plan-file "$plan"
    output markdown "$work/plan.md"
    [ "$INPUT_SUMMARY" = false ] || summarize "$work/plan.md"
  elif [ "$INPUT_SUMMARY" = true ] && [ -s "$work/stdout" ]; then
    {
      printf '### lab2048 %s\n\n' "$INPUT_COMMAND"
      sed 's/^/    /' "$work/stdout"
      printf '\n'
    } > "$work/summary.md"
    summarize "$work/summary.md"
  fi
}

# A report is a run of its own: the program has one form of answer at a time.
report() { # FORMAT FILE
  local file
  [ -n "$2" ] || return 0
  file=$(absolute "$2")
  mkdir -p "$(dirname "$file")"
  call "$work/report" "${arguments[@]}" --output "$1"
  case $code in
    0 | 3) ;;
    *) fail "the $1 report of \`lab2048 $INPUT_COMMAND\` ended with $code" ;;
  esac
  mv "$work/report" "$file"
  output "$1" "$file"
}

main() {
  read_inputs
  one_line junit "$INPUT_JUNIT"
  one_line sarif "$INPUT_SARIF"
  if [ -n "$INPUT_JUNIT$INPUT_SARIF" ] && [ "$INPUT_COMMAND" != doctor ]; then
    fail 'junit and sarif are for the command doctor'
  fi
  prepare_plan

  call "$work/stdout" "${arguments[@]}"
  local ended=$code
  cat "$work/stdout"
  output exit-code "$ended"
  write_summary
  # What a run that could not look has to say is no report.
  case $ended in
    0 | 3)
      report junit "$INPUT_JUNIT"
      report sarif "$INPUT_SARIF"
      ;;
  esac
  allowed "$ended" || {
    printf '::error title=lab2048::lab2048 %s ended with %s; lab2048 --help says what that means\n' \
      "$INPUT_COMMAND" "$ended"
    # A 0 that is not allowed fails the step, too.
    exit "$((ended == 0 ? 1 : ended))"
  }
}

main
