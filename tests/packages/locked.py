"""What the lock files hold: packages with version and hash, and what their manifests on this machine say of them."""
import glob, json, os, pathlib, re, subprocess
import xml.etree.ElementTree as xml

root = pathlib.Path(__file__).resolve().parents[2]
os.chdir(root)


def read(path):
    """(id, version) -> entry of one lock file, for all platforms together."""
    found = {}
    for packages in json.load(open(path))["dependencies"].values():
        for name, entry in packages.items():
            if entry["type"] != "Project":
                found[name, entry["resolved"]] = entry
    return found


def locks(pattern):
    """(id, version) -> entry of all lock files that the pattern names."""
    found = {}
    for path in sorted(glob.glob(pattern, recursive=True)):
        for package, entry in read(path).items():
            if found.setdefault(package, entry)["contentHash"] != entry["contentHash"]:
                raise SystemExit(f"error: {path} locks {package[0]} {package[1]} with another hash than another lock file. "
                                 "One of the two was fetched from a source that serves other bytes: find out which before you go on.")
    return found


def build_only():
    """Ids of packages that a project uses while it is built and that do not go into its output."""
    return {name for path in glob.glob("src/**/*.*proj", recursive=True) + ["src/Directory.Build.props"]
            for name in re.findall(r'PackageReference Include="([^"]+)" PrivateAssets="all"', open(path).read())}


_folder = None


def manifest(package):
    """The manifest (.nuspec) of a restored package as an element, and its folder."""
    global _folder
    if _folder is None:
        told = subprocess.run(["dotnet", "nuget", "locals", "global-packages", "--list"], capture_output=True, text=True, check=True).stdout
        _folder = pathlib.Path(told.split(":", 1)[1].strip())
    folder = _folder / package[0].lower() / package[1].lower()
    path = folder / f"{package[0].lower()}.nuspec"
    if not path.exists():
        raise SystemExit(f"error: {package[0]} {package[1]} is locked and not on this machine. Run tests/packages/lock, or restore the project that uses it.")
    tree = xml.parse(path).getroot()
    for element in tree.iter():
        element.tag = element.tag.split("}")[-1]
    return tree.find("metadata"), folder


# A licence that a package brings as a file, or names by an address, as an SPDX expression: by words that only this licence has.
_words = [
    ("MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"),
    ("Apache-2.0", "Apache License"),
    ("BSD-3-Clause", "Neither the name of"),
    ("PostgreSQL", "PostgreSQL License"),
]
_addresses = {
    "https://www.apache.org/licenses/LICENSE-2.0": "Apache-2.0",
    "http://www.apache.org/licenses/LICENSE-2.0": "Apache-2.0",
    "https://go.microsoft.com/fwlink/?linkid=868514": "MIT",  # SkiaSharp 2: also in the package as LICENSE.txt
    "https://bitmiracle.github.io/libtiff.net/help/articles/license.html": "BSD-3-Clause",  # with parts by ComponentAce under the same, libtiff and the IJG
    "https://github.com/dotnet/corefx/blob/master/LICENSE.TXT": "MIT",
}


def licence(package):
    """The SPDX expression of a package's licence."""
    metadata, folder = manifest(package)
    element = metadata.find("license")
    if element is not None and element.get("type") == "expression":
        return element.text.strip()
    if element is not None and element.get("type") == "file":
        text = " ".join((folder / element.text.strip().replace("\\", "/")).read_text(errors="replace").split())
        for name, words in _words:
            if words in text:
                return name
        raise SystemExit(f"error: the licence file of {package[0]} {package[1]} is none that tests/packages/locked.py knows. Read it, and add it there: {text[:200]}")
    address = (metadata.findtext("licenseUrl") or "").strip()
    if address not in _addresses:
        raise SystemExit(f"error: {package[0]} {package[1]} names its licence as '{address}', which tests/packages/locked.py does not know. Read it, and add it there.")
    return _addresses[address]
