# The list of commands; .ci/run calls the same ones.

# What the README says.
default: test

# Run it on the embedded sandbox.
apply *args:
    cargo run -- apply {{args}}

test *args:
    cargo test --locked {{args}}

# Against a real control plane, moto, kubectl, the aws CLI and a browser; builds what it needs into a cache folder.
conformance *args:
    tests/conformance/prepare
    cargo test --locked --test conformance -- --nocapture {{args}}

# Kills of the program at random points, on real parts: `just kills 200`, and with the seed that a failure tells `just kills 40 1234`.
kills number="40" seed="":
    tests/conformance/prepare
    LAB2048_CONFORMANCE_KILLS={{number}} LAB2048_CONFORMANCE_SEED={{seed}} cargo test --locked --test conformance -- --nocapture bad_days::kills

# A laptop that sleeps for so many seconds in each phase, on real parts: `just sleep 300`.
sleep seconds="35":
    tests/conformance/prepare
    LAB2048_CONFORMANCE_SLEEP={{seconds}} cargo test --locked --test conformance -- --nocapture bad_days::sleep

# Lives of labs on a bad network, with others at work and kills, by seed: `just faults 2000`. A seed that finds something says
# how to live it again. What is run so often is optimised; everything below our own code is that of `just test`.
faults number="300" first="1":
    LAB2048_FAULTS={{number}} LAB2048_FAULTS_FROM={{first}} cargo test --locked \
        --config 'profile.dev.package.lab2048.opt-level=2' \
        --config 'profile.dev.package.lab2048.debug-assertions=false' \
        --config 'profile.dev.package.lab2048-sandbox.debug-assertions=false' \
        --test world faults::runs -- --nocapture

# A kill at every request of apply, scale, a replacement, an adoption and destroy; and of a class at 40 moments.
kill-everywhere:
    LAB2048_KILLS=1 cargo test --locked --test world faults::kills -- --nocapture
    LAB2048_CLASS_KILLS=40 cargo test --locked --test world fleet::a_class_that_was_killed -- --nocapture

# How long runs are said to take, against how long they take: `just expected 100`.
expected seeds="100":
    LAB2048_EXPECTED={{seeds}} cargo test --locked --test world expected:: -- --nocapture

# What can be broken in the sandbox: who finds it first, with which exit, requests and virtual seconds until it is told.
breaks:
    cargo test --locked --test world broken::every_breakage -- --nocapture

# The answer to each lesson, tried on each other one.
lessons:
    LAB2048_LESSONS=1 cargo test --locked --test world lessons:: -- --nocapture

# Inputs near those of `tests/fuzz/corpus`, for minutes each: `just fuzz`, `just fuzz environment 10`. What it finds it keeps there,
# and says how to run it again; a file `running` that stays behind has ended the process.
fuzz target="" minutes="1":
    LAB2048_FUZZ={{target}} LAB2048_FUZZ_MINUTES={{minutes}} cargo test --locked --lib fuzz:: -- --nocapture
    LAB2048_FUZZ={{target}} LAB2048_FUZZ_MINUTES={{minutes}} cargo test --locked -p lab2048-sandbox --test fuzz -- --nocapture

# The packages of a release from a static binary, with their sums.
[positional-arguments]
package binary version target="x86_64-unknown-linux-musl" out="target/packages" *args:
    shift 4; SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) python3 packaging/package.py --binary {{quote(binary)}} \
        --version {{quote(version)}} --target {{quote(target)}} --out {{quote(out)}} "$@"

# Installs each of them into an empty place, and makes a lab there.
[positional-arguments]
check-packages folder="target/packages" *args:
    python3 packaging/check.py "$@"

# A release: static binaries for both machines, licences, bills of materials, packages. Half an hour of two cores for each machine
# the first time; tools come from PyPI and crates.io.
[positional-arguments]
dist *args:
    python3 packaging/dist.py "$@"

# As `check-packages`, of what `dist` has made, the other machine's by qemu (which apt-get downloads where it is missing).
[positional-arguments]
dist-check *args:
    python3 packaging/check.py target/dist --dist --get-qemu --beside "${CARGO_TARGET_DIR:-target}/release/lab2048" "$@"

# Whether this commit can become a release; what that takes is in target/release-check.
[positional-arguments]
release-check *args:
    JUST={{quote(just_executable())}} python3 packaging/release_check.py "$@"

# Licences, sources and versions of what is compiled in, by deny.toml; `just deny advisories` asks github.com.
[positional-arguments]
deny *checks:
    python3 packaging/deny.py "$@"

# Newer packages, as far as Cargo.toml lets them, what is held back, and whether they may be compiled in.
update:
    cargo update
    cargo update --dry-run --verbose
    {{quote(just_executable())}} deny

# The book in both languages, into target/book; mdBook comes from PyPI, and what it warns of is an error.
book:
    python3 book/build.py

# Whether its generated pages are up to date, and its links and commands hold: each command is run on the sandbox.
check-book binary="target/debug/lab2048":
    python3 book/check.py --binary {{binary}}

fmt:
    cargo fmt --all

lint:
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked --test conformance --bench peers -- -D warnings

# Take over new snapshots after having read them.
snapshots:
    INSTA_UPDATE=always cargo test --locked
    git diff --stat

# Regenerate the checked-in JSON schemas: of environments, and of what programs read.
schema:
    cargo run --quiet -- schema environment > environments/schema.json
    for kind in events plan status findings report; do cargo run --quiet -- schema $kind > schemas/$kind.json; done

# Renew the price table from the public price list of AWS; needs curl and a way to the internet.
prices:
    cargo run --quiet --example prices -- src/plan/prices.txt

# Start-up, memory and virtual time of an apply, held against their budgets. Only the binary has to be a
# release build for that; a plain `cargo bench` measures the same and links every program with LTO, which takes long.
bench:
    cargo build --locked --release
    cargo bench --locked --profile dev

# `plan` and `apply` against kubectl, kapp and Helm on one real control plane: times, CPU, memory, requests, round trips.
peers:
    benches/peers/prepare
    cargo build --locked --release
    cargo bench --locked --profile dev --bench peers

# Everything that CI does.
ci:
    .ci/run
