"""Licences and bills of materials, from packages that are written for it."""

import json
import unittest

from support import InFolder, listed

from building import audit, crates, notices, sbom
from building.crates import Package
from building.toolchain import Rust
from makers.model import PackagingError

LOCK = '[[package]]\nname = "ring"\nversion = "0.17.14"\nchecksum = "ab12"\n'
PART = notices.Part("musl", "1.2.5", "MIT", (("COPYRIGHT", "musl's own"),))
RING = Package(
    "ring", "0.17.14", "Apache-2.0 AND ISC", (), "https://git.example/ring", "ab12", (("LICENSE", "of\n ring"),)
)
ALIKE = Package("alike", "1.0.0", "MIT", (), None, "cd34", (("LICENSE-MIT", "of ring"),))
BARE = Package("bare", "2.0.0", "MIT", ("Somebody",), "https://git.example/bare", "ef56", ())


class Crates(InFolder):
    """What packages say and bring along."""

    def package(self, **more: object) -> dict[str, object]:
        """As `cargo metadata` has it."""
        folder = self.folder / "ring"
        folder.mkdir(exist_ok=True)
        known = {"name": "ring", "version": "0.17.14", "license": "MIT/ISC", "license_file": None, "source": "registry"}
        known |= {"authors": [], "repository": None, "manifest_path": str(folder / "Cargo.toml")}
        return known | more

    def describe(self, **more: object) -> list[Package]:
        """The list of a binary that has ring."""
        found = [crate for crate in audit.read(listed(("ring", "0.17.14", "crates.io", "runtime"))) if not crate.root]
        return crates.describe({"packages": [self.package(**more)]}, LOCK, found, "own")

    def test_a_package_has_its_licence_sum_and_texts(self) -> None:
        """Texts of C sources, too; sources that are called like licences are none."""
        folder = self.folder / "ring"
        (folder / "third_party").mkdir(parents=True)
        for name, text in {
            "LICENSE-MIT": "mit\r\n",
            "third_party/COPYING": "fiat",
            "license.rs": "fn x() {}",
            "notice.json": "{}",
            "README": "no",
            "NOTICE": " \n",
        }.items():
            (folder / name).write_bytes(text.encode())
        [found] = self.describe()
        self.assertEqual((found.licence, found.sum), ("MIT OR ISC", "ab12"))
        self.assertEqual(found.texts, (("LICENSE-MIT", "mit"), ("third_party/COPYING", "fiat")))

    def test_a_text_that_cargo_toml_names_counts(self) -> None:
        """Whatever it is called."""
        self.package()
        (self.folder / "ring/TERMS").write_text("terms")
        [found] = self.describe(license=None, license_file="TERMS")
        self.assertEqual((found.licence, found.texts), ("LicenseRef-ring", (("TERMS", "terms"),)))

    def test_the_projects_own_packages_have_its_licence(self) -> None:
        """They lie in its folder, and have no sum."""
        wanted = [audit.Crate("ring", "0.17.14", "local", False, False, ())]
        [found] = crates.describe({"packages": [self.package(source=None)]}, "", wanted, "own")
        self.assertEqual((found.texts, found.sum), ((("LICENSE", "own"),), None))

    def test_what_is_not_known_is_an_error(self) -> None:
        """No licence, another version, no sum."""
        for said, more in (
            ("says no licence", {"license": None}),
            ("which Cargo.lock does not have", {"version": "0.1.0"}),
        ):
            with self.subTest(said=said), self.assertRaisesRegex(PackagingError, said):
                self.describe(**more)
        with self.assertRaisesRegex(PackagingError, "has no sum"):
            wanted = [audit.Crate("ring", "0.17.14", "crates.io", False, False, ())]
            crates.describe({"packages": [self.package()]}, "", wanted, "own")


class Notices(InFolder):
    """The text of all licences."""

    def test_each_is_named_and_each_text_is_there_once(self) -> None:
        """Texts that differ in their lines' ends alone are one."""
        text = notices.write([ALIKE, RING], [PART])
        for line in ("musl 1.2.5: MIT", "ring 0.17.14: Apache-2.0 AND ISC", "alike 1.0.0: MIT"):
            self.assertIn(f"\n{line}\n", text)
        self.assertEqual(text.count("of ring"), 1)
        self.assertNotIn("of\n ring", text)
        self.assertIn("alike 1.0.0 (LICENSE-MIT), ring 0.17.14 (LICENSE)", text)
        self.assertNotIn("bring no text", text)

    def test_a_package_without_a_text_is_told(self) -> None:
        """With its authors and address, where the text can be asked for."""
        text = notices.write([BARE, RING], [PART])
        self.assertIn("bring no text", text)
        self.assertIn("\nbare 2.0.0: MIT, by Somebody, https://git.example/bare\n", text)

    def test_a_page_becomes_text(self) -> None:
        """Blocks are lines; what is not seen is left out."""
        page = "<title>T</title><h1>One</h1><p>two &lt;three&gt;</p><style>x</style><pre>a\n  b</pre>"
        self.assertEqual(notices.plain(page), "One\n\ntwo <three>\n\na\n  b")

    def test_a_toolchain_without_its_licences_is_an_error(self) -> None:
        """A release does not leave them out."""
        with self.assertRaisesRegex(PackagingError, "lacks its licences"):
            notices.standard_library(Rust(self.folder, "1.95.0", "c0ffee", "x86_64-unknown-linux-gnu"))
        with self.assertRaisesRegex(PackagingError, "zig lacks its licences"):
            notices.of_zig(self.folder)
        with self.assertRaisesRegex(PackagingError, "lacks the licence of the CA roots"):
            notices.of_roots(self.folder)

    def test_the_roots_have_their_licence(self) -> None:
        """With the version that stands in the folder's name."""
        licence = self.folder / "certifi-2026.1.4.dist-info/licenses/LICENSE"
        licence.parent.mkdir(parents=True)
        licence.write_text("of the roots\n")
        found = notices.of_roots(self.folder)
        self.assertEqual((found.version, found.licence), ("2026.1.4", "MPL-2.0"))
        self.assertEqual(found.texts, (("LICENSE", "of the roots"),))


class Bills(unittest.TestCase):
    """In CycloneDX."""

    def document(self, binary: bytes) -> dict[str, object]:
        """Of a binary with ring, which needs nothing, and bare, which only helped."""
        own = Package("lab2048", "0.1.0", "Apache-2.0", (), None, None, ())
        subject = sbom.Subject("x86_64-unknown-linux-musl", "0.1.0", binary, audit.read(binary), 1_700_000_000)
        document: dict[str, object] = json.loads(sbom.write(subject, [own, RING, BARE], [PART]))
        return document

    def test_a_bill_has_what_the_binary_lists(self) -> None:
        """With licences, sums, addresses, and who needs whom."""
        binary = listed(("ring", "0.17.14", "crates.io", "runtime"), ("bare", "2.0.0", "crates.io", "build"))
        found = self.document(binary)
        by_name = {c["name"]: c for c in found["components"]}  # type: ignore[attr-defined]
        self.assertEqual(list(by_name), ["bare", "ring", "musl"])
        self.assertEqual(by_name["ring"]["purl"], "pkg:cargo/ring@0.17.14")
        self.assertEqual(by_name["ring"]["hashes"], [{"alg": "SHA-256", "content": "ab12"}])
        self.assertEqual([by_name[n]["scope"] for n in by_name], ["excluded", "required", "required"])
        needs = {d["ref"]: d["dependsOn"] for d in found["dependencies"]}  # type: ignore[attr-defined]
        self.assertEqual(needs["lab2048@0.1.0"], ["pkg:cargo/bare@2.0.0", "pkg:cargo/ring@0.17.14", "musl@1.2.5"])

    def test_the_same_binary_has_the_same_bill(self) -> None:
        """And another one has another number."""
        one, two = listed(), listed() + b"more"
        self.assertEqual(self.document(one), self.document(one))
        self.assertNotEqual(self.document(one)["serialNumber"], self.document(two)["serialNumber"])

    def test_a_version_is_escaped_in_an_address(self) -> None:
        """A plus would be a blank."""
        self.assertEqual(sbom.purl("zstd", "1.0.0+5"), "pkg:cargo/zstd@1.0.0%2B5")


if __name__ == "__main__":
    unittest.main()
