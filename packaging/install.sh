#!/bin/sh
# Installs lab2048 for the user who runs it; needs curl or wget, tar, gzip, and sha256sum or shasum.
#
#   LAB2048_VERSION    the version, else the one that this script came with
#   LAB2048_BASE_URL   where the archives lie, `{version}` in it stands for the version
#   LAB2048_BIN_DIR    where the program goes, else ~/.local/bin
set -eu

made_for='@VERSION@'
base='@BASE_URL@'
sum_x86_64='@SUM_X86_64@'
sum_aarch64='@SUM_AARCH64@'

fail() {
    printf 'lab2048: %s\n' "$*" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# What has not been filled in is not known.
unfilled() {
    case $1 in '' | @*@) return 0 ;; *) return 1 ;; esac
}

fetch() { # URL FILE
    if has curl; then
        case $1 in
            https:*) curl -fsSL --retry 2 --proto '=https' --tlsv1.2 -o "$2" "$1" ;;
            *) curl -fsSL --retry 2 -o "$2" "$1" ;;
        esac
    else
        wget -q -O "$2" "$1"
    fi || fail "$1 cannot be fetched"
}

sum_of() { # FILE
    if has sha256sum; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

# The sum of an archive: of its own version this script knows it, else the list beside the archive says it.
wanted_sum() { # ARCHIVE URL
    known=
    if [ "$version" = "$made_for" ]; then
        case $target in
            x86_64-*) known=$sum_x86_64 ;;
            aarch64-*) known=$sum_aarch64 ;;
        esac
    fi
    if unfilled "$known"; then
        fetch "$2/SHA256SUMS" "$work/SHA256SUMS"
        known=$(awk -v name="$1" '$2 == name { print $1 }' "$work/SHA256SUMS")
        [ -n "$known" ] || fail "$2/SHA256SUMS has no sum of $1"
    fi
    printf '%s\n' "$known"
}

main() {
    version=${LAB2048_VERSION:-$made_for}
    version=${version#v}
    if unfilled "$version"; then
        fail 'LAB2048_VERSION is not set'
    fi
    url=${LAB2048_BASE_URL:-$base}
    if unfilled "$url"; then
        fail 'LAB2048_BASE_URL is not set'
    fi
    case $url in
        *'{version}'*) url=${url%%'{version}'*}$version${url#*'{version}'} ;;
    esac
    url=${url%/}
    has curl || has wget || fail 'neither curl nor wget is here'
    has sha256sum || has shasum || fail 'neither sha256sum nor shasum is here'

    [ "$(uname -s)" = Linux ] || fail "there is no archive for $(uname -s), only for Linux"
    case $(uname -m) in
        x86_64 | amd64) target=x86_64-unknown-linux-musl ;;
        aarch64 | arm64) target=aarch64-unknown-linux-musl ;;
        *) fail "there is no archive for $(uname -m), only for x86_64 and aarch64" ;;
    esac
    bin=${LAB2048_BIN_DIR:-${HOME:?}/.local/bin}
    name=lab2048-$version-$target

    work=$(mktemp -d)
    new=$bin/.lab2048.$$
    trap 'rm -rf "$work" "$new"' EXIT
    trap 'exit 1' HUP INT TERM
    wanted=$(wanted_sum "$name.tar.gz" "$url")
    fetch "$url/$name.tar.gz" "$work/$name.tar.gz"
    found=$(sum_of "$work/$name.tar.gz")
    [ "$found" = "$wanted" ] ||
        fail "$url/$name.tar.gz is damaged: its sum is $found, not $wanted; nothing was installed"

    gzip -dc "$work/$name.tar.gz" | tar -xf - -C "$work"
    mkdir -p "$bin"
    # Moved over, not written over: a lab2048 that is running keeps its file.
    cp "$work/$name/lab2048" "$new"
    chmod 755 "$new"
    mv -f "$new" "$bin/lab2048"

    printf 'lab2048 %s is in %s\n' "$version" "$bin"
    case :$PATH: in
        *:"$bin":*) ;;
        *) printf 'that is not in PATH yet: export PATH="%s:%s"\n' "$bin" "\$PATH" ;;
    esac
}

# All of it has arrived when this line has.
main "$@"
