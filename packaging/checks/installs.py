"""The ways in which a package is installed; and what must not be installed."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from makers import deb as deb_file
from makers.oci import HOME
from makers.tarball import COMPLETIONS

from . import files, image, run
from .rows import Clock, Subject
from .run import CheckError, Installed, Place
from .serve import serve

# What the installer needs beside curl or wget.
TOOLS = (
    *("awk", "chmod", "cp", "cut", "gzip", "mkdir", "mktemp"),
    *("mv", "rm", "sha256sum", "sh", "tar", "uname"),
)


def tarball(place: Place, subject: Subject, clock: Clock) -> Installed:
    """With tar."""
    archive = subject.folder / f"{subject.tarball}.tar.gz"
    place.run(["tar", "-xzf", archive, "-C", place.folder]).wanted("tar")
    folder = place.folder / subject.tarball
    wanted = ["LICENSE", "README.md", "README.ko.md", "man/man1/lab2048.1"]
    wanted += [f"completions/{name}" for name in COMPLETIONS.values()]
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing:
        raise CheckError(f"the archive lacks {', '.join(missing)}")
    return subject.program(folder / "lab2048")


def pip(place: Place, subject: Subject, clock: Clock) -> Installed:
    """With pip into a virtual environment; for another machine into a folder."""
    venv = place.folder / "venv"
    place.run([sys.executable, "-m", "venv", venv]).wanted("venv")
    clock.begin()
    where: list[str | Path] = []
    scripts = venv / "bin"
    if not subject.native:
        where = ["--target", place.folder / "target", "--only-binary=:all:"]
        where += ["--platform", subject.target.wheel[0]]
        scripts = place.folder / "target" / "bin"
    place.run(
        [
            venv / "bin/python",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-cache-dir",
            "--no-index",
            "--find-links",
            subject.folder,
            *where,
            f"lab2048=={subject.version.pypi}",
        ]
    ).wanted("pip install")
    return subject.program(scripts / "lab2048")


def uvx(place: Place, subject: Subject, clock: Clock) -> Installed:
    """With uvx, which installs at the first call."""
    command = ["uvx", "--no-index", "--find-links", str(subject.folder), "--no-config"]
    command += ["--python", sys.executable, f"lab2048@{subject.version.pypi}"]
    place.run([*command, "--version"]).wanted("uvx")
    return Installed(command)


QUIET = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
    "npm_config_ignore_scripts": "true",
}


def npm_tarballs(subject: Subject) -> tuple[Path, Path]:
    """The launcher's package and the platform's."""
    version = subject.version.cargo
    return (
        subject.folder / f"lab2048-npm-{version}.tgz",
        subject.folder / f"lab2048-npm-linux-{subject.target.npm}-{version}.tgz",
    )


def npm_install(place: Place, subject: Subject, clock: Clock) -> Installed:
    """With npm and both files, without a registry."""
    prefix = place.folder / "prefix"
    prefix.mkdir()
    clock.begin()
    command: list[str | Path] = ["npm", "install", "--offline", "--prefix", prefix]
    done = place.run([*command, *npm_tarballs(subject)], more=QUIET)
    done.wanted("npm install")
    return Installed([prefix / "node_modules/.bin/lab2048"])


@dataclass(frozen=True)
class NpmForeign:
    """With npm for another machine from a registry at `address`; Node is this machine's, and cannot launch there."""

    address: str

    def __call__(self, place: Place, subject: Subject, clock: Clock) -> Installed:
        """Installs what npm chooses for that machine."""
        prefix = place.folder / "prefix"
        prefix.mkdir()
        clock.begin()
        platform = f"linux-{subject.target.npm}"
        command: list[str | Path] = ["npm", "install", "--prefix", prefix]
        command += ["--os=linux", f"--cpu={subject.target.npm}"]
        more = QUIET | {"npm_config_registry": self.address}
        command.append(f"lab2048@{subject.version.cargo}")
        place.run(command, more=more).wanted("npm install")
        binary = prefix / "node_modules/@lab2048" / platform / "bin/lab2048"
        return Installed(subject.program(binary).command, note="without the launcher")


@dataclass(frozen=True)
class Npx:
    """With npx from a registry at `address`, as people do."""

    address: str

    def __call__(self, place: Place, subject: Subject, clock: Clock) -> Installed:
        """Installs at the first call."""
        more = QUIET | {"npm_config_registry": self.address}
        command = ["npx", "--yes", f"lab2048@{subject.version.cargo}"]
        place.run([*command, "--version"], more=more).wanted("npx")
        scope = list((place.home / ".npm/_npx").glob("*/node_modules/@lab2048/*"))
        names = [path.name for path in scope]
        if names != [f"linux-{subject.target.npm}"]:
            raise CheckError(f"npm has chosen the platforms {names}")
        return Installed(command, more=more, note="from a registry on the loopback")


def launcher_elsewhere(subject: Subject) -> str:
    """The launcher says what is missing, on another system and without the platform's package."""
    with tempfile.TemporaryDirectory(prefix="lab2048-check-") as name:
        place = Place(Path(name)).prepare()
        place.run(["tar", "-xzf", npm_tarballs(subject)[0], "-C", place.folder]).wanted("tar")
        script = place.folder / "package/bin/lab2048.js"
        sunos = f"Object.defineProperty(process, 'platform', {{value: 'sunos'}});require({str(script)!r})"
        calls: tuple[tuple[list[str | Path], str], ...] = (
            (["node", "-e", sunos], "there is no package for sunos-"),
            (["node", script], " is not installed"),
        )
        for command, said in calls:
            done = place.run(command).wanted("the launcher", code=1)
            if said not in done.stderr or "at " in done.stderr:
                raise CheckError(f"the launcher says {done.stderr.strip()!r}")
    return "says what there is, and ends with 1"


def deb(place: Place, subject: Subject, clock: Clock) -> Installed:
    """With `dpkg -x` into a folder."""
    package = subject.folder / deb_file.file_name(subject.version, subject.target)
    root = place.folder / "root"
    place.run(["dpkg", "-x", package, root]).wanted("dpkg -x")
    place.run(["dpkg-deb", "--info", package]).wanted("dpkg-deb --info")
    return subject.program(root / "usr/bin/lab2048")


def container(place: Place, subject: Subject, clock: Clock) -> Installed:
    """With no runtime."""
    name = f"lab2048-{subject.version.cargo}-linux-{subject.target.oci}.oci.tar"
    layout = files.check_image_tar(subject.folder / name)
    installed = image.install(place, layout, subject.target.oci, subject.qemu)
    if not (place.folder / "root" / HOME).is_dir():
        raise CheckError(f"the image has no folder {HOME}")
    return installed


@dataclass(frozen=True)
class Installer:
    """With install.sh from a server at `address`, in a PATH that has nothing else."""

    fetcher: str
    address: str

    def __call__(self, place: Place, subject: Subject, clock: Clock) -> Installed:
        """Installs into ~/.local/bin."""
        tools = place.folder / "tools"
        tools.mkdir()
        for tool in [*TOOLS, self.fetcher]:
            found = shutil.which(tool)
            if found is None:
                raise CheckError(f"there is no {tool} here")
            (tools / tool).symlink_to(found)
        if not subject.native:
            (tools / "uname").unlink()
            machine = subject.target.uname
            (tools / "uname").write_text(f'#!/bin/sh\n[ "$1" = -s ] && echo Linux || echo {machine}\n')
            (tools / "uname").chmod(0o755)
        clock.begin()
        more = {"LAB2048_BASE_URL": self.address, "PATH": str(tools)}
        place.run(["sh", subject.folder / "install.sh"], more=more).wanted("install.sh")
        return subject.program(place.home / ".local/bin/lab2048")


def installer_refuses(subject: Subject) -> str:
    """The installer installs nothing where the archive is not the one it knows."""
    with tempfile.TemporaryDirectory(prefix="lab2048-check-") as name:
        place = Place(Path(name)).prepare()
        other = place.folder / "other"
        other.mkdir()
        damaged = bytearray((subject.folder / f"{subject.tarball}.tar.gz").read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (other / f"{subject.tarball}.tar.gz").write_bytes(damaged)
        with serve(other) as address:
            more = {"LAB2048_BASE_URL": address}
            done = place.run(["sh", subject.folder / "install.sh"], more=more)
        done.wanted("install.sh with a damaged archive", code=1)
        if "is damaged" not in done.stderr or list(place.home.iterdir()):
            raise CheckError(f"install.sh says {done.stderr.strip()!r}")
    return "installs nothing, and ends with 1"


def krew(place: Place, subject: Subject, clock: Clock) -> Installed:
    """As krew does by the manifest; called by kubectl where there is one."""
    manifest = (subject.folder / "lab2048.yaml").read_text(encoding="utf-8")
    platforms = manifest.split("    - selector:\n")[1:]
    of_target = [
        platform for platform in platforms if f"arch: {subject.target.deb}\n" in platform and "os: linux\n" in platform
    ]
    if len(of_target) != 1:
        raise CheckError(f"krew has {len(of_target)} entries for {subject.target.deb}")
    [name] = re.findall(r"uri: \S+/(\S+)", of_target[0])
    place.run(["tar", "-xzf", subject.folder / name, "-C", place.folder]).wanted("tar")
    store, plugins = place.folder / "store", place.folder / "bin"
    for folder in (store, plugins):
        folder.mkdir()
    for source, to in re.findall(r"from: (\S+)\n\s+to: (\S+)", of_target[0]):
        shutil.copy(place.folder / source, store / to)
    [binary] = re.findall(r"bin: (\S+)", of_target[0])
    (plugins / "kubectl-lab2048").symlink_to(store / binary)
    if subject.native and shutil.which("kubectl"):
        path = f"{plugins}:{run.PATH}"
        return Installed(["kubectl", "lab2048"], more={"PATH": path})
    installed = subject.program(plugins / "kubectl-lab2048")
    return Installed(installed.command, note="as kubectl-lab2048, without kubectl")
