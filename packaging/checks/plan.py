"""What is looked at, in the order of the table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from makers import deb
from makers.release import SUMS

from . import bills, files, installs
from .rows import Row, Subject, attempt, inspect
from .serve import serve


def whole(folder: Path) -> Iterator[Row]:
    """What can be seen without installing anything."""
    yield inspect("sums", SUMS, partial(files.check_sums, folder))
    for path in sorted(folder.iterdir()):
        if path.suffix == ".whl":
            yield inspect("wheel's RECORD", path.name, partial(files.check_wheel, path))
        elif path.suffix == ".deb":
            yield inspect("deb's md5sums", path.name, partial(files.check_deb, path))
        elif path.name.endswith("-oci"):
            yield inspect(
                "layout's digests",
                path.name,
                partial(files.check_image_folder, path),
            )
    yield inspect("sums elsewhere", "", partial(files.check_pointers, folder))


def of_binary(subject: Subject, *, dist: bool) -> Iterator[Row]:
    """What is said of the binary within an archive; where nothing is, only what dist.py makes has to have it."""
    document = f"{subject.tarball}.cdx.json"
    if dist or (subject.folder / document).exists():
        yield inspect("bill of materials", document, partial(bills.bill, subject))
        yield inspect("licences", f"{subject.tarball}.tar.gz", partial(bills.licences, subject))


def of_target(subject: Subject) -> Iterator[Row]:
    """Each package of one target."""
    version, target = subject.version, subject.target
    launcher, platform = (path.name for path in installs.npm_tarballs(subject))
    wheel = f"lab2048-{version.pypi}-py3-none-{'.'.join(target.wheel)}.whl"
    archive = f"{subject.tarball}.tar.gz"
    yield attempt("tar.gz", archive, subject, installs.tarball)
    yield attempt("wheel, pip", wheel, subject, installs.pip)
    if subject.native and shutil.which("uvx"):
        yield attempt("wheel, uvx", wheel, subject, installs.uvx)
    with serve(subject.folder) as address:
        if not subject.native:
            foreign = installs.NpmForeign(address)
            yield attempt("npm install", platform, subject, foreign)
        else:
            yield attempt("npm install", platform, subject, installs.npm_install)
            yield attempt("npx", launcher, subject, installs.Npx(address))
            yield inspect("npm elsewhere", launcher, partial(installs.launcher_elsewhere, subject))
        yield attempt("deb", deb.file_name(version, target), subject, installs.deb)
        image_tar = f"lab2048-{version.cargo}-linux-{target.oci}.oci.tar"
        yield attempt("image", image_tar, subject, installs.container)
        for fetcher in ("curl", "wget"):
            if shutil.which(fetcher):
                install = installs.Installer(fetcher, address)
                yield attempt(f"install.sh, {fetcher}", archive, subject, install)
    if subject.native:
        yield inspect("install.sh, damage", archive, partial(installs.installer_refuses, subject))
    if (subject.folder / "lab2048.yaml").exists():
        yield attempt("krew", archive, subject, installs.krew)
