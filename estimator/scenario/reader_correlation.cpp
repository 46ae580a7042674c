// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/reader_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <numbers>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

constexpr hw::NumberRange rank_range{.min = -1, .max = 1};

/// Row-major, n * n.
using Matrix = std::vector<double>;

Matrix normal_correlations(Matrix const& rank, std::size_t n) {
    Matrix normal(rank);
    for (std::size_t i = 0; i < n * n; ++i) {
        bool const diagonal = i % (n + 1) == 0;
        normal[i] = diagonal ? 1.0 : 2 * std::sin(std::numbers::pi * rank[i] / 6);
    }
    return normal;
}

/// Whether Cholesky's decomposition exists, with a margin for rounding.
bool is_positive_definite(Matrix a, std::size_t n) {
    constexpr double smallest_pivot = 1e-10;
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < j; ++k) {
            a[j * n + j] -= a[j * n + k] * a[j * n + k];
        }
        if (!(a[j * n + j] > smallest_pivot)) {
            return false;
        }
        double const root = std::sqrt(a[j * n + j]);
        a[j * n + j] = root;
        for (std::size_t i = j + 1; i < n; ++i) {
            for (std::size_t k = 0; k < j; ++k) {
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] /= root;
        }
    }
    return true;
}

/// The eigenvector of the smallest eigenvalue: power iteration on (shift I - A), where
/// the shift, the largest row sum, exceeds every eigenvalue.
std::vector<double> worst_direction(Matrix const& a, std::size_t n) {
    double shift = 0;
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) {
            sum += std::abs(a[i * n + j]);
        }
        shift = std::max(shift, sum);
    }
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i) {
        v[i] = 1.0 + 0.1 * std::sin(static_cast<double>(i) * 12.9898);  // no symmetry
    }
    for (int iteration = 0; iteration < 2000; ++iteration) {
        std::vector<double> next(n, 0.0);
        double norm = 0;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                next[i] += ((i == j ? shift : 0.0) - a[i * n + j]) * v[j];
            }
            norm += next[i] * next[i];
        }
        for (std::size_t i = 0; i < n; ++i) {
            v[i] = next[i] / std::sqrt(std::max(norm, 1e-300));
        }
    }
    return v;
}

/// The pair that pulls the smallest eigenvalue down most.
std::pair<std::size_t, std::size_t> worst_pair(Matrix const& a, std::size_t n) {
    auto const v = worst_direction(a, n);
    std::pair<std::size_t, std::size_t> worst{0, 1};
    double lowest = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            double const pull = a[i * n + j] * v[i] * v[j];
            if (pull < lowest) {
                lowest = pull;
                worst = {i, j};
            }
        }
    }
    return worst;
}

/// The matrix of one number for all pairs, or as written; nothing when wrong
/// (reported).
std::optional<Matrix> read_rank(hw::TableReader& table, std::size_t n) {
    auto const* node = table.required("rank");
    if (node == nullptr) {
        return std::nullopt;
    }
    Matrix rank(n * n, 1.0);
    auto const* rows = node->as_array();
    if (rows == nullptr) {
        auto const all = table.check_number(*node, "rank", rank_range);
        for (std::size_t i = 0; all && i < n * n; ++i) {
            rank[i] = i % (n + 1) == 0 ? 1.0 : *all;
        }
        return all ? std::optional(rank) : std::nullopt;
    }
    auto const shape = [&](toml::node const& at) {
        table.fail(at, fmt::format("\"rank\" must be a {0} by {0} matrix", n));
        return std::nullopt;
    };
    if (rows->size() != n) {
        return shape(*node);
    }
    for (std::size_t i = 0; i < n; ++i) {
        auto const* row = (*rows)[i].as_array();
        if (row == nullptr || row->size() != n) {
            return shape((*rows)[i]);
        }
        for (std::size_t j = 0; j < n; ++j) {
            auto const value = table.check_number((*row)[j], "rank", rank_range);
            if (!value) {
                return std::nullopt;
            }
            rank[i * n + j] = *value;
            if (i == j && *value != 1.0) {
                table.fail((*row)[j], "the diagonal of \"rank\" must be 1");
                return std::nullopt;
            }
            if (j < i && rank[j * n + i] != *value) {
                table.fail((*row)[j],
                           "\"rank\" is not symmetric",
                           fmt::format("{} here, {} across the diagonal",
                                       *value,
                                       rank[j * n + i]));
                return std::nullopt;
            }
        }
    }
    return rank;
}

/// Reads one group; `taken` holds the quantities of groups before.
class GroupReader {
  public:
    GroupReader(ReaderState& state,
                hw::TableReader& table,
                std::set<QuantityIndex>& taken)
        : state_(state)
        , table_(table)
        , taken_(taken) {}

    void read() {
        read_provenance(table_);
        auto const* node = table_.required("quantities");
        auto const names = table_.optional_strings("quantities");
        if (node == nullptr || !names) {
            table_.raw("rank");
            table_.finish();
            return;
        }
        for (std::size_t i = 0; i < names->size(); ++i) {
            auto const* array = node->as_array();
            add_member((*names)[i], array != nullptr ? (*array)[i] : *node);
        }
        if (names->size() < 2) {
            table_.fail(*node, "a correlation needs at least two quantities");
        }
        auto const rank = read_rank(table_, names->size());
        table_.finish();
        if (!rank || names->size() < 2 || group_.quantities.size() != names->size()) {
            return;
        }
        group_.rank = *rank;
        group_.place = table_.place_of(*node);
        if (check_definite(*names)) {
            state_.scenario.correlations.push_back(std::move(group_));
        }
    }

  private:
    ReaderState& state_;
    hw::TableReader& table_;
    std::set<QuantityIndex>& taken_;
    Correlation group_;

    void add_member(std::string const& name, toml::node const& node) {
        auto const found = state_.names.find(name);
        if (found == state_.names.end()) {
            std::vector<std::string> known;
            for (auto const& [other, index] : state_.names) {
                known.push_back(other);
            }
            table_.fail(node,
                        fmt::format("unknown quantity \"{}\"", name),
                        {},
                        hw::did_you_mean(name, known));
            return;
        }
        if (state_.scenario.quantities[found->second].kind == QuantityKind::formula) {
            table_.fail(node,
                        fmt::format("\"{}\" is a formula", name),
                        "only distributions and series can be correlated",
                        "correlate what the formula reads");
            return;
        }
        if (!taken_.insert(found->second).second) {
            table_.fail(node,
                        fmt::format("\"{}\" is correlated twice", name),
                        "a quantity belongs to one group");
            return;
        }
        group_.quantities.push_back(found->second);
    }

    bool check_definite(std::vector<std::string> const& names) {
        std::size_t const n = names.size();
        auto const normal = normal_correlations(group_.rank, n);
        if (is_positive_definite(normal, n)) {
            return true;
        }
        auto const [i, j] = worst_pair(normal, n);
        table_.fail(
            *table_.raw("rank"),
            "these correlations contradict each other",
            fmt::format("the matrix is not positive definite; the worst pair is {} "
                        "and {} with {}",
                        names[i],
                        names[j],
                        group_.rank[i * n + j]),
            "move it towards 0");
        return false;
    }
};

}  // namespace

void read_correlations(ReaderState& state, hw::TableReader& root) {
    std::set<QuantityIndex> taken;
    for (auto& table : root.children("correlation")) {
        GroupReader(state, table, taken).read();
    }
}

}  // namespace leadtime::estimator::detail
