// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/correlation_advice.hpp"

#include "estimator/quantities/cholesky.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <utility>

namespace leadtime::estimator::detail {
namespace {

using Pair = std::pair<std::size_t, std::size_t>;

Matrix normal_matrix(Matrix const& rank, std::size_t n, NormalOf const& normal_of) {
    Matrix normal(n * n, 1.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            normal[i * n + j] = normal[j * n + i] = normal_of(j, i, rank[j * n + i]);
        }
    }
    return normal;
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
        v[i] = 1.0 + static_cast<double>(i * 7 % 11) / 11.0;  // no symmetry
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

/// The pairs with the largest part in the smallest eigenvalue, first the one that pulls
/// it down most.
std::vector<Pair> pairs_in(std::vector<double> const& v, std::size_t n) {
    constexpr std::size_t most = 6;
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            pairs.emplace_back(i, j);
        }
    }
    auto const part = [&](Pair pair) {
        return std::abs(v[pair.first] * v[pair.second]);
    };
    std::stable_sort(pairs.begin(), pairs.end(), [&](Pair a, Pair b) {
        return part(a) > part(b) * (1 + 1e-9);
    });
    pairs.resize(std::min(pairs.size(), most));
    return pairs;
}

/// The pair that pulls the smallest eigenvalue down most.
Pair worst_pair(Matrix const& a, std::vector<double> const& v, std::size_t n) {
    Pair worst{0, 1};
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

/// The number of at most three decimals nearest to a bound on its good side; `up`: good
/// is above it.
std::optional<double>
rounded(double bound, bool up, std::function<bool(double)> const& good) {
    for (double const unit : {100.0, 1000.0}) {
        double const scaled = bound * unit;
        double const value = (up ? std::ceil(scaled) : std::floor(scaled)) / unit;
        if (std::abs(value) <= 1 && good(value)) {
            return value;
        }
    }
    return std::nullopt;
}

/// The number nearest to `from` on the way to `to` with which `good` holds.
std::optional<double>
first_good(double from, double to, std::function<bool(double)> const& good) {
    constexpr int steps = 48;
    double last = from;
    for (int i = 1; i <= steps; ++i) {
        double const next = from + (to - from) * i / steps;
        if (!good(next)) {
            last = next;
            continue;
        }
        double inside = next;
        for (int k = 0; k < 30; ++k) {
            double const middle = 0.5 * (last + inside);
            (good(middle) ? inside : last) = middle;
        }
        return rounded(inside, to > from, good);
    }
    return std::nullopt;
}

/// A change of one entry.
struct Change {
    Pair pair;
    double from = 0;
    double to = 0;
};

}  // namespace

bool is_positive_definite(Matrix const& a, std::size_t n) {
    constexpr double smallest_pivot = 1e-10;
    return cholesky(a, n, smallest_pivot).has_value();
}

CorrelationAdvice advise(Matrix const& rank,
                         std::vector<std::string> const& names,
                         NormalOf const& normal_of,
                         bool is_one_number) {
    std::size_t const n = names.size();
    Matrix const normal = normal_matrix(rank, n, normal_of);
    auto const v = worst_direction(normal, n);
    CorrelationAdvice advice;
    if (is_positive_definite(rank, n)) {
        advice.problem = "no normal copula has these rank correlations";
        advice.reason =
            "the matrix itself is positive definite; that of the normal scores "
            "which would give it is not";
    } else {
        auto const [i, j] = worst_pair(normal, v, n);
        advice.problem = "these correlations contradict each other";
        advice.reason =
            fmt::format("the matrix is not positive definite; the worst pair is {} "
                        "and {} with {}",
                        names[i],
                        names[j],
                        rank[i * n + j]);
    }

    auto const good_factor = [&](double factor) {
        Matrix changed = rank;
        for (std::size_t i = 0; i < n * n; ++i) {
            changed[i] *= i % (n + 1) == 0 ? 1.0 : factor;
        }
        return is_positive_definite(normal_matrix(changed, n, normal_of), n);
    };
    if (is_one_number) {
        double const all = rank[1];
        auto const found =
            first_good(all, 0, [&](double value) { return good_factor(value / all); });
        advice.suggestion = fmt::format(
            "at {} {} it is consistent", all < 0 ? "least" : "most", found.value_or(0));
        return advice;
    }

    std::vector<Change> changes;
    for (auto const& [i, j] : pairs_in(v, n)) {
        double const from = rank[i * n + j];
        bool const up = v[i] * v[j] > 0;
        auto const good = [&, i = i, j = j](double value) {
            Matrix changed = normal;
            changed[i * n + j] = changed[j * n + i] = normal_of(i, j, value);
            return is_positive_definite(changed, n);
        };
        if (auto const to = first_good(from, up ? 1 : -1, good)) {
            changes.push_back({{i, j}, from, *to});
        }
    }
    std::stable_sort(changes.begin(), changes.end(), [](auto const& a, auto const& b) {
        return std::abs(a.to - a.from) < std::abs(b.to - b.from) - 1e-9;
    });
    auto const shrunk = [&] {
        return fmt::format("multiply all but the diagonal by {}",
                           first_good(1, 0, good_factor).value_or(0));
    };
    if (changes.empty()) {
        advice.suggestion = "no one change mends it; " + shrunk();
        return advice;
    }
    std::vector<std::string> words;
    for (std::size_t k = 0; k < std::min<std::size_t>(changes.size(), 3); ++k) {
        auto const& [pair, from, to] = changes[k];
        words.push_back(fmt::format("{} and {} from {} to {}",
                                    names[pair.first],
                                    names[pair.second],
                                    from,
                                    to));
    }
    advice.suggestion =
        fmt::format("one change mends it: {}", fmt::join(words, ", or "));
    constexpr double large = 0.3;
    if (std::abs(changes.front().to - changes.front().from) > large) {
        advice.suggestion += "; or " + shrunk();
    }
    return advice;
}

}  // namespace leadtime::estimator::detail
