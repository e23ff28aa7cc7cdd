#!/usr/bin/env bash
# Installs the release with the project's own installer, which compares the archive with the release's SHA256SUMS.
#
#   INPUT_VERSION      the version, else that of Cargo.toml beside the action
#   INPUT_BASE_URL     where the release lies, else the releases of the repository that the action comes from
#   ACTION_REPOSITORY  that repository, where the runner says it
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  printf '::error title=lab2048::%s\n' "$*"
  exit 64
}

version=${INPUT_VERSION:-$(sed -n '/^\[package\]/,/^\[[^p]/s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml")}
version=${version#v}
# It becomes part of paths and of a URL.
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9a-z.]+)?$ ]] || fail "version is no version, such as 0.1.0"

# Runners do not always tell a composite action where it comes from, but they unpack it into a folder that is named after it.
repository() {
  local rest
  case $root/ in
    */_actions/*/*/*)
      rest=${root#*/_actions/}
      printf '%s/%s' "${rest%%/*}" "$(cut -d / -f 2 <<< "$rest")"
      ;;
    "${GITHUB_WORKSPACE:-/nowhere}"/*) printf '%s' "${GITHUB_REPOSITORY:-}" ;;
  esac
}

url=${INPUT_BASE_URL:-}
if [ -z "$url" ]; then
  from=${ACTION_REPOSITORY:-$(repository)}
  [ -n "$from" ] || fail 'base-url is needed: the runner does not say where this action comes from'
  url=${GITHUB_SERVER_URL:-https://github.com}/$from/releases/download/v$version
fi

bin=${RUNNER_TEMP:?}/lab2048/$version/bin
PATH=$bin:$PATH LAB2048_VERSION=$version LAB2048_BASE_URL=$url LAB2048_BIN_DIR=$bin sh "$root/packaging/install.sh"
found=$("$bin/lab2048" --version)
[ "$found" = "lab2048 $version" ] || fail "the archive of $version holds $found"

printf '%s\n' "$bin" >> "$GITHUB_PATH"
printf 'version=%s\nbin=%s\n' "$version" "$bin" >> "$GITHUB_OUTPUT"
