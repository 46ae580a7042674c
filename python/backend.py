# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel with CMake: what pip calls (PEP 517). It needs nothing of an index.

LEADTIME_BUILD_DIR in the environment names a build folder, taken as it is; without it the package
alone is built in build/wheel-VERSION, file by file, so that the wheel holds few libraries.
"""
import base64
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile

root = pathlib.Path(__file__).resolve().parent.parent
# What every Linux has, and in one version: the C and C++ libraries.
of_the_system = re.compile(
    r"(linux-vdso|ld-linux[\w-]*|lib(c|m|dl|rt|pthread|resolv|util|stdc\+\+|gcc_s))\.so")


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def project():
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def version():
    text = (root / "CMakeLists.txt").read_text()
    return re.search(r"project\(leadtime VERSION ([\d.]+)", text).group(1)


def tag():
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return f"{python}-{python}-{platform}"


def call(*command):
    print("+", *command, flush=True)
    try:
        subprocess.run([str(word) for word in command], check=True, cwd=root)
    except FileNotFoundError:
        sys.exit(f"leadtime: {command[0]} is not found: install it ('make setup' does on "
                 "Debian)")


def built():
    """The folder of the package as it is built."""
    given = os.environ.get("LEADTIME_BUILD_DIR")
    folder = pathlib.Path(given) if given else root / "build" / (
        f"wheel-{sys.version_info.major}.{sys.version_info.minor}")
    if not given:
        call("tools/setup.sh")
        off = [f"-DLEADTIME_{name}=OFF" for name in ("BENCH", "EXAMPLES", "REPORT", "UNITY")]
        call("cmake", "-S", root, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
             "-DBUILD_TESTING=OFF", *off, f"-DLEADTIME_PYTHON_EXECUTABLE={sys.executable}")
        call("cmake", "--build", folder, "--target", "leadtime_python")
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    if not (folder / f"python/leadtime/_engine{suffix}").exists():
        sys.exit(f"leadtime: {folder} has no package for {sys.executable} (it is not built: "
                 "CMake says why; or it is of another Python)")
    return folder / "python/leadtime"


def libraries(file):
    """What it needs of the libraries that not every system has: name to file."""
    text = subprocess.run(["ldd", str(file)], check=True, capture_output=True,
                          text=True).stdout
    needed = re.findall(r"^\s*(\S+)(?: => (\S+))? ", text, re.M)
    lost = [name for name, path in needed if path == "not"]
    if lost:
        sys.exit(f"leadtime: {file} needs {', '.join(lost)}, which is not found")
    return {pathlib.Path(name).name: path for name, path in needed
            if path and not of_the_system.match(pathlib.Path(name).name)}


def fill(package):
    """Puts the package there, with the libraries it needs: it looks for them in lib/."""
    source = built()
    package.mkdir(parents=True)
    for file in source.iterdir():
        if file.is_file():
            shutil.copy(file, package / file.name)
    engine = next(package.glob("_engine*.so"))
    found = libraries(source / engine.name)
    own = package / "lib"
    own.mkdir()
    for name, path in found.items():
        shutil.copy(path, own / name)
        (own / name).chmod(0o755)
    call("strip", "--strip-unneeded", engine)


def metadata(folder):
    """The .dist-info folder; gives its name."""
    about = project()
    info = folder / f"leadtime-{version()}.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", "Name: leadtime", f"Version: {version()}",
             f"Summary: {about['description']}", f"License: {about['license']['text']}",
             f"Requires-Python: {about['requires-python']}",
             "Description-Content-Type: text/markdown"]
    lines += [f"Requires-Dist: {name}" for name in about["dependencies"]]
    for extra, names in about["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {name}; extra == "{extra}"' for name in names]
    text = "\n".join(lines) + "\n\n" + (root / about["readme"]).read_text()
    (info / "METADATA").write_text(text)
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: leadtime\n"
                                f"Root-Is-Purelib: false\nTag: {tag()}\n")
    shutil.copy(root / "LICENSE", info / "LICENSE")
    return info.name


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    return metadata(pathlib.Path(metadata_directory))


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"leadtime-{version()}-{tag()}.whl"
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        fill(tree / "leadtime")
        info = metadata(tree)
        records = []
        with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w",
                             zipfile.ZIP_DEFLATED) as wheel:
            for file in sorted(f for f in tree.rglob("*") if f.is_file()):
                place = file.relative_to(tree).as_posix()
                wheel.write(file, place)
                data = file.read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
                records.append(f"{place},sha256={digest.rstrip(b'=').decode()},{len(data)}")
            records.append(f"{info}/RECORD,,")
            wheel.writestr(f"{info}/RECORD", "\n".join(records) + "\n")
    return name


def build_sdist(sdist_directory, config_settings=None):
    name = f"leadtime-{version()}"
    call("git", "archive", f"--prefix={name}/", "-o",
         pathlib.Path(sdist_directory).resolve() / f"{name}.tar.gz", "HEAD")
    return f"{name}.tar.gz"
