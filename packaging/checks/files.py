"""What the files of a release say of themselves and of each other, without installing any."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import lzma
import re
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from makers import archive
from makers.model import PackagingError, Version
from makers.release import SUMS

from .run import CheckError

# What reading a damaged archive can end in.
DAMAGED = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError)


def sha256(data: bytes) -> str:
    """The sum in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def read_sums(folder: Path) -> dict[str, str]:
    """SHA256SUMS: the sum of each path."""
    listed: dict[str, str] = {}
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"([0-9a-f]{64})  (\S.*)", line)
        if not match:
            raise CheckError(f"{SUMS} has the line {line!r}")
        listed[match[2]] = match[1]
    return listed


def check_sums(folder: Path) -> None:
    """Every file is listed with its sum, and every listed file is there."""
    listed = read_sums(folder)
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path != folder / SUMS
    }
    wrong = [f"{path} is not there" for path in sorted(set(listed) - there)]
    wrong += [f"{path} is not listed" for path in sorted(there - set(listed))]
    for path in sorted(there & set(listed)):
        if sha256((folder / path).read_bytes()) != listed[path]:
            wrong.append(f"{path} has another sum")
    if wrong:
        raise CheckError("; ".join(wrong))


def check_wheel(path: Path) -> None:
    """RECORD has every file with its sum, and WHEEL the tags of the name. (pip does not compare RECORD.)"""
    try:
        with zipfile.ZipFile(path) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError) as error:
        raise CheckError(f"{path.name} is damaged: {error}") from error
    name, version, python, abi, platforms = path.name.removesuffix(".whl").split("-")
    info = f"{name}-{version}.dist-info"
    record = files.get(f"{info}/RECORD", b"").decode()
    listed: dict[str, tuple[str, str]] = {}
    for row in csv.reader(io.StringIO(record)):
        listed[row[0]] = (row[1], row[2])
    if set(listed) != set(files):
        raise CheckError(f"{path.name}: RECORD and the archive hold different files")
    for file, (kind, size) in listed.items():
        if file == f"{info}/RECORD":
            continue
        raw = hashlib.sha256(files[file]).digest()
        wanted = "sha256=" + base64.urlsafe_b64encode(raw).decode().rstrip("=")
        if (kind, size) != (wanted, str(len(files[file]))):
            raise CheckError(f"{path.name}: {file} is not what RECORD says")
    tags = re.findall(r"^Tag: (.+)$", files[f"{info}/WHEEL"].decode(), re.MULTILINE)
    expected = [f"{python}-{abi}-{platform}" for platform in platforms.split(".")]
    if sorted(tags) != sorted(expected):
        raise CheckError(f"{path.name}: WHEEL has the tags {tags}")


def check_deb(path: Path) -> None:
    """Members in dpkg's order, md5sums of all files, architecture and version of the name."""
    try:
        members = archive.read_ar(path.read_bytes())
        if list(members) != ["debian-binary", "control.tar.gz", "data.tar.xz"]:
            raise CheckError(f"{path.name} holds {', '.join(members)}")
        about = untar(members["control.tar.gz"])
        files = untar(members["data.tar.xz"])
    except DAMAGED as error:
        raise CheckError(f"{path.name} is damaged: {error}") from error
    listed = {}
    for line in about["./md5sums"].decode().splitlines():
        found, name = line.split("  ", 1)
        listed[f"./{name}"] = found
    if set(listed) != set(files):
        raise CheckError(f"{path.name}: md5sums and the package hold different files")
    for name, data in files.items():
        if hashlib.md5(data, usedforsecurity=False).hexdigest() != listed[name]:
            raise CheckError(f"{path.name}: {name} is not what md5sums says")
    control = about["./control"].decode()
    _, version, machine = path.name.removesuffix(".deb").split("_")
    try:
        debian = Version.parse(version).debian
    except PackagingError as error:
        raise CheckError(f"{path.name}: {error}") from error
    for wanted in (f"Version: {debian}", f"Architecture: {machine}"):
        if wanted not in control.splitlines():
            raise CheckError(f"{path.name}: control has no line {wanted!r}")


def untar(data: bytes) -> dict[str, bytes]:
    """The files of a tar archive, compressed or not."""
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        found = {}
        for member in opened.getmembers():
            reader = opened.extractfile(member) if member.isfile() else None
            if reader:
                found[member.name] = reader.read()
        return found


def check_layout(files: dict[str, bytes], where: str) -> list[dict[str, Any]]:
    """Every blob is what its digest and size say, down from index.json; the manifests of the images."""
    seen: set[str] = set()
    manifests: list[dict[str, Any]] = []

    def blob(descriptor: dict[str, Any]) -> bytes:
        path = "blobs/" + descriptor["digest"].replace(":", "/")
        data = files.get(path)
        if data is None:
            raise CheckError(f"{where}: {path} is not there")
        seen.add(path)
        if f"sha256:{sha256(data)}" != descriptor["digest"]:
            raise CheckError(f"{where}: {path} has another digest")
        if len(data) != descriptor["size"]:
            raise CheckError(f"{where}: {path} has another size")
        return data

    def walk(index: dict[str, Any]) -> None:
        for descriptor in index["manifests"]:
            document = json.loads(blob(descriptor))
            if "manifests" in document:
                walk(document)
                continue
            config = json.loads(blob(document["config"]))
            for layer, unpacked in zip(document["layers"], config["rootfs"]["diff_ids"], strict=True):
                data = archive.ungz(blob(layer))
                if f"sha256:{sha256(data)}" != unpacked:
                    raise CheckError(f"{where}: a layer is not what its diff_id says")
            platform = descriptor["platform"]
            if platform["architecture"] != config["architecture"]:
                raise CheckError(f"{where}: index and config differ on the platform")
            manifests.append(document)

    try:
        if json.loads(files["oci-layout"]) != {"imageLayoutVersion": "1.0.0"}:
            raise CheckError(f"{where}: oci-layout is of another version")
        walk(json.loads(files["index.json"]))
    except (KeyError, ValueError) as error:
        raise CheckError(f"{where} is damaged: {error!r}") from error
    unused = {path for path in files if path.startswith("blobs/")} - seen
    if unused:
        raise CheckError(f"{where}: nothing refers to {', '.join(sorted(unused))}")
    return manifests


def check_image_tar(path: Path) -> dict[str, bytes]:
    """The tar's layout is whole; its files."""
    try:
        files = untar(path.read_bytes())
    except DAMAGED as error:
        raise CheckError(f"{path.name} is damaged: {error}") from error
    check_layout(files, path.name)
    return files


def check_image_folder(folder: Path) -> None:
    """The layout in the folder is whole."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    check_layout(files, folder.name)


def check_pointers(folder: Path) -> str:
    """Installer, formula and krew manifest name the archives' sums; which of them there are."""
    sums = {path: found for path, found in read_sums(folder).items() if path.endswith(".tar.gz")}
    there = []
    for name in ("install.sh", "lab2048.rb", "lab2048.yaml"):
        if not (folder / name).exists():
            continue
        there.append(name)
        text = (folder / name).read_text(encoding="utf-8")
        found = set(re.findall(r"\b[0-9a-f]{64}\b", text))
        if found != set(sums.values()):
            raise CheckError(f"{name} has other sums than {SUMS}")
        for path in sums if name != "install.sh" else ():
            # The address and the sum of an archive follow each other.
            if not re.search(rf"/{re.escape(path)}\"?\s+sha256:? \"?{sums[path]}", text):
                raise CheckError(f"{name} does not name {path} with its sum")
        if re.search(r"@[A-Z_0-9]+@|# @", text):
            raise CheckError(f"{name} has something that is not filled in")
    return ", ".join(there)
