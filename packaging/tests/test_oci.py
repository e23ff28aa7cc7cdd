"""The image."""

import io
import json
import tarfile
import unittest

from support import ONE, RELEASE, InFolder, damage

from checks import files
from checks.run import CheckError
from makers import archive, oci


class Image(InFolder):
    """Its documents and their digests."""

    def test_layout_and_tars_are_whole(self) -> None:
        """With one platform and with two."""
        for release in (ONE, RELEASE):
            made = oci.make(release)
            prefix = "lab2048-0.1.0-oci/"
            layout = {
                artifact.path.removeprefix(prefix): artifact.data
                for artifact in made
                if artifact.path.startswith(prefix)
            }
            manifests = files.check_layout(layout, "layout")
            self.assertEqual(len(manifests), len(release.builds))
            tars = [artifact for artifact in made if artifact.path.endswith(".tar")]
            self.assertEqual(len(tars), len(release.builds))
            for tar in tars:
                files.check_image_tar(self.keep(tar))

    def test_the_config_is_for_a_user_without_rights(self) -> None:
        """Entry point, user, home, labels."""
        image = oci.build_image(RELEASE, RELEASE.builds[1])
        manifest = json.loads(image.blobs[image.descriptor["digest"]])
        config = json.loads(image.blobs[manifest["config"]["digest"]])
        self.assertEqual((config["os"], config["architecture"]), ("linux", "arm64"))
        self.assertEqual(config["config"]["User"], "65532:65532")
        self.assertEqual(config["config"]["Entrypoint"], ["/lab2048"])
        self.assertEqual(config["created"], "1980-01-01T00:00:00Z")
        labels = config["config"]["Labels"]
        self.assertEqual(labels["org.opencontainers.image.version"], "0.1.0")
        self.assertEqual(labels["org.opencontainers.image.licenses"], "Apache-2.0")
        self.assertEqual(labels["org.opencontainers.image.source"], RELEASE.project.repository)
        self.assertEqual(manifest["annotations"], labels)

    def test_nothing_else_is_in_it(self) -> None:
        """Binary, CA roots, licence, two folders that can be written to."""
        found = {}
        for _, data in oci.layers(RELEASE, RELEASE.builds[0]):
            with tarfile.open(fileobj=io.BytesIO(data)) as opened:
                for member in opened.getmembers():
                    found[member.name] = (oct(member.mode), member.uid, member.gid)
        self.assertEqual(found["home/lab2048"], ("0o755", 65532, 65532))
        self.assertEqual(found["tmp"], ("0o1777", 0, 0))
        self.assertEqual(found["lab2048"], ("0o755", 0, 0))
        self.assertEqual(found["etc/ssl/certs/ca-certificates.crt"], ("0o644", 0, 0))
        self.assertEqual(found["usr/share/doc/lab2048/LICENSE"], ("0o644", 0, 0))
        folders = {"etc", "etc/ssl", "etc/ssl/certs", "home", "usr", "usr/share"}
        folders |= {"usr/share/doc", "usr/share/doc/lab2048"}
        self.assertEqual(len(found), 5 + len(folders))

    def test_docker_finds_its_documents(self) -> None:
        """manifest.json names files that are there; newer ones read the index."""
        tar = next(a for a in oci.make(RELEASE) if a.path.endswith("amd64.oci.tar"))
        found = files.untar(tar.data)
        [entry] = json.loads(found["manifest.json"])
        self.assertEqual(entry["RepoTags"], ["lab2048:0.1.0"])
        self.assertTrue({entry["Config"], *entry["Layers"]} <= set(found))
        [descriptor] = json.loads(found["index.json"])["manifests"]
        self.assertEqual(
            descriptor["annotations"],
            {
                "io.containerd.image.name": "docker.io/library/lab2048:0.1.0",
                "org.opencontainers.image.ref.name": "0.1.0",
            },
        )

    def test_damage_is_found(self) -> None:
        """A bit, a blob that is missing, one too many, another layer."""
        tar = next(a for a in oci.make(ONE) if a.path.endswith(".tar"))
        path = self.keep(tar)
        damage(path)
        with self.assertRaises(CheckError):
            files.check_image_tar(path)
        whole = files.untar(tar.data)
        blob = next(name for name in whole if name.startswith("blobs/"))
        missing = {name: data for name, data in whole.items() if name != blob}
        changed = whole | {blob: archive.gz(b"other")}
        for layout in (missing, changed, whole | {"blobs/sha256/00": b""}):
            with self.assertRaises(CheckError):
                files.check_layout(layout, "layout")


if __name__ == "__main__":
    unittest.main()
