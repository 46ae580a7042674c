// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only way to toml++: every file of ours includes this header, not <toml++/toml.h>.
//
// toml++ 3.3 asserts that a table header begins with a key character, but a user can
// write [.a]. Built with assertions it aborts, and with NDEBUG under clang it takes the
// assertion for granted. Without both, the next check in its parser reports a proper
// error; so it is compiled here, header-only, without assertions, in any build type.

#ifdef TOMLPLUSPLUS_H
#    error "include hwprofiles/toml.hpp instead of <toml++/toml.h>"
#endif

#pragma push_macro("NDEBUG")
#undef NDEBUG
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#undef TOML_ASSERT
#define TOML_HEADER_ONLY 1
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
