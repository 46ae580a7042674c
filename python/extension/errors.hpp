// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::python {

/// Errors of the library become those of leadtime.errors.
void register_errors();

}  // namespace leadtime::python
