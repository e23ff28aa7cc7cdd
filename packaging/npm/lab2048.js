#!/usr/bin/env node
// Starts the binary of the package for this platform, and ends as it ends.
"use strict";

const { spawn } = require("child_process");
const { constants } = require("os");

const scope = "@lab2048/";
const platform = `${process.platform}-${process.arch}`;
const packages = Object.keys(require("../package.json").optionalDependencies);

function fail(...lines) {
  process.stderr.write(lines.map((line) => `lab2048: ${line}\n`).join(""));
  process.exit(1);
}

function find() {
  try {
    return require.resolve(`${scope}${platform}/bin/lab2048`);
  } catch {
    if (packages.includes(scope + platform)) {
      return fail(
        `the package ${scope}${platform} is not installed`,
        "install lab2048 again, with optional dependencies (not with --omit=optional)",
      );
    }
    const known = packages.map((name) => name.slice(scope.length));
    return fail(`there is no package for ${platform}, only for ${known.join(", ")}`);
  }
}

const binary = find();
let child;

// A terminal sends Ctrl-C and its end to the child, too; twice would mean something else to it.
const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"]) {
  process.on(signal, () => {
    if (!terminal || signal === "SIGTERM") child.kill(signal);
  });
}

child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => fail(error.message));
child.on("exit", (code, signal) => {
  process.exit(signal === null ? code : 128 + constants.signals[signal]);
});
