// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/program.hpp"
#include "estimator/cpu_check.hpp"

#include <cstdio>

// Compiled without the ISA flags of the rest; so no inline code of libraries here.
int main(int argc, char* argv[]) {
    if (auto const* problem = leadtime::estimator::cpu_problem(); problem != nullptr) {
        std::fprintf(stderr, "leadtime: error: %s\n", problem);
        return 2;
    }
    return leadtime::estimator::run_program(argc, argv);
}
