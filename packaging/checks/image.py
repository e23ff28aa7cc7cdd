"""An image that is unpacked and run as a container runtime would, without one."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

from makers import archive, elf
from makers.oci import DOC, ROOTS

from .run import CheckError, Installed, Place

# In a user and mount namespace of its own: the root read-only, the home from outside, nothing else; then, as the
# image's user and without any right, the command.
INSIDE = """
set -eu
root=$1 home=$2 outside=$3
shift 3
mount --bind "$root" "$root"
mount --bind "$outside" "$root$home"
mount -o remount,bind,ro "$root"
if touch "$root/probe" 2>/dev/null; then
    echo 'the root is not read-only' >&2
    exit 125
fi
exec env -i "$@"
"""


def unpack(files: dict[str, bytes], machine: str, root: Path) -> dict[str, Any]:
    """Unpacks the image for the machine from a layout's files; its config."""

    def blob(descriptor: dict[str, Any]) -> bytes:
        return files["blobs/" + descriptor["digest"].replace(":", "/")]

    for descriptor in json.loads(files["index.json"])["manifests"]:
        if descriptor["platform"]["architecture"] != machine:
            continue
        manifest = json.loads(blob(descriptor))
        for layer in manifest["layers"]:
            unpacked = archive.ungz(blob(layer))
            with tarfile.open(fileobj=io.BytesIO(unpacked)) as opened:
                for member in opened.getmembers():
                    # Its owners would need rights; who runs it is the owner of all.
                    opened.extract(member, root, set_attrs=False)
                    if not member.isdir():
                        (root / member.name).chmod(member.mode)
        config: dict[str, Any] = json.loads(blob(manifest["config"]))["config"]
        return config
    raise CheckError(f"the image has nothing for {machine}")


def contents(root: Path, config: dict[str, Any]) -> list[str]:
    """The files of the unpacked image: the program, the CA roots, licences; anything else is an error."""
    files = sorted(
        path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir() or path.is_symlink()
    )
    wanted = {config["Entrypoint"][0].lstrip("/"), ROOTS}
    others = [path for path in files if path not in wanted and not path.startswith(DOC)]
    missing = [path for path in (*wanted, f"{DOC}LICENSE") if path not in files]
    if others or missing:
        raise CheckError(
            f"the image has {', '.join(others) or 'nothing'} too much, and lacks {', '.join(missing) or 'nothing'}"
        )
    return files


def isolation(place: Place) -> str:
    """Why namespaces cannot be had here; empty if they can."""
    if not shutil.which("unshare"):
        return "there is no unshare"
    for options in (
        ["--map-root-user", "--mount"],
        ["--map-user=65532", "--map-group=65532"],
    ):
        done = place.run(["unshare", "--user", *options, "true"])
        if done.code != 0:
            return done.stderr.strip()
    return ""


def install(place: Place, files: dict[str, bytes], machine: str, qemu: Path | None) -> Installed:
    """Unpacks the image, and tells how to run it in there."""
    root = place.folder / "root"
    root.mkdir()
    config = unpack(files, machine, root)
    files_there = ", ".join(Path(path).name for path in contents(root, config))
    user, _, group = config["User"].partition(":")
    if "0" in (user, group) or not (user.isdecimal() and group.isdecimal()):
        raise CheckError(f"the image's user is {config['User']!r}")
    entry = config["Entrypoint"]
    interpreter = elf.read((root / entry[0].lstrip("/")).read_bytes()).interpreter
    if interpreter:
        raise CheckError(f"not static: {entry[0]} wants {interpreter}, which the image does not have")
    for line in config["Env"]:
        name, _, value = line.partition("=")
        if name == "SSL_CERT_FILE" and not (root / value.lstrip("/")).is_file():
            raise CheckError(f"{value} is not in the image")
    home = config["WorkingDir"]
    if qemu:
        if not elf.read(qemu.read_bytes()).static:
            raise CheckError(f"{qemu} is not static, and cannot run in the image")
        shutil.copy(qemu, root / "qemu")
        entry = ["/qemu", *entry]
    refused = isolation(place)
    if refused:
        # Its own variables but the folders, which are the place's here.
        command = [root / part.lstrip("/") for part in entry]
        return Installed(command, note=f"{files_there}; not isolated, as this user: {refused}")
    unshare = shutil.which("unshare") or ""
    alone = [unshare, "--user", "--map-root-user", "--mount"]
    inside = ["sh", "-c", INSIDE, "sh", root, home, place.state]
    variables = [*config["Env"], f"XDG_STATE_HOME={home}/state"]
    as_user = [unshare, "--user", f"--map-user={user}", f"--map-group={group}"]
    chroot = [f"--root={root}", f"--wd={home}", "--"]
    return Installed(
        [*alone, *inside, *variables, *as_user, *chroot, *entry],
        note=f"{files_there}; as {user}, root read-only",
    )
