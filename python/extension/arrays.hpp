// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <utility>
#include <vector>

namespace leadtime::python {

template <class T>
using Table = nanobind::ndarray<nanobind::numpy, T, nanobind::ndim<2>>;

/// Numbers as a numpy array of rows, which owns them: nothing is copied.
template <class T>
Table<T> as_table(std::vector<T> values, std::size_t rows, std::size_t columns) {
    auto* const own = new std::vector<T>(std::move(values));
    nanobind::capsule const owner(own, [](void* pointer) noexcept {
        delete static_cast<std::vector<T>*>(pointer);
    });
    return Table<T>(own->data(), {rows, columns}, owner);
}

}  // namespace leadtime::python
