# Not run here: nobody has built this with spack yet. spack.yaml lists the same packages.
# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from spack.package import *


class Leadtime(CMakePackage):
    """Monte Carlo estimates of the training compute that an AI developer can field, what it
    costs, and how many months export controls cost it."""

    # the checkout that this file is in
    git = "file://" + str(Path(__file__).resolve().parents[4])

    license("Apache-2.0")

    version("main", branch="main")

    depends_on("cxx", type="build")
    depends_on("cmake@3.22:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconf", type=("build", "run"))
    depends_on("kokkos@5.0.2:5 +openmp", type=("build", "link"))
    depends_on("fmt@9:")
    depends_on("netcdf-c@4.9: ~mpi")
    depends_on("utf8proc@2.8:")
    depends_on("tomlplusplus@3.3:")
    depends_on("nlohmann-json@3.11:", type="build")
    depends_on("cli11@2.1:", type="build")
    depends_on("boost@1.74:", type="build")
    depends_on("thrust@1.17:", type="build")

    generator("ninja")

    def cmake_args(self):
        # the page of report.html needs Node.js and the network
        return [
            self.define("BUILD_TESTING", False),
            self.define("LEADTIME_BENCH", False),
            self.define("LEADTIME_EXAMPLES", False),
            self.define("LEADTIME_REPORT", False),
        ]
