// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace leadtime::estimator::detail {

/// A set of steps from 0 on, such as those in which a row is needed.
class StepSet {
  public:
    StepSet() = default;

    /// The steps [begin, end).
    static StepSet range(int begin, int end) {
        StepSet set;
        for (int step = begin; step < end; ++step) {
            set.word(step) |= bit(step);
        }
        return set;
    }

    bool empty() const { return end() == 0; }
    /// One more than the last step; 0: there is none.
    int end() const {
        for (std::size_t i = words_.size(); i-- > 0;) {
            if (words_[i] != 0) {
                return static_cast<int>(i) * bits
                       + static_cast<int>(std::bit_width(words_[i]));
            }
        }
        return 0;
    }
    bool contains(int step) const {
        auto const i = static_cast<std::size_t>(step / bits);
        return i < words_.size() && (words_[i] & bit(step)) != 0;
    }

    /// Calls f with each step, ascending.
    template <class Function>
    void for_each(Function const& f) const {
        int const last = end();
        for (int step = 0; step < last; ++step) {
            if (contains(step)) {
                f(step);
            }
        }
    }

    /// Adds the steps of another set; whether there was a new one among them.
    bool add(StepSet const& other) {
        words_.resize(std::max(words_.size(), other.words_.size()));
        bool grew = false;
        for (std::size_t i = 0; i < other.words_.size(); ++i) {
            grew = grew || (other.words_[i] & ~words_[i]) != 0;
            words_[i] |= other.words_[i];
        }
        return grew;
    }

    /// These steps and all before them: what something with a memory needs.
    StepSet with_past() const { return range(0, end()); }
    /// The step before each.
    StepSet shifted_back() const {
        StepSet set;
        for_each([&](int step) {
            if (step > 0) {
                set.word(step - 1) |= bit(step - 1);
            }
        });
        return set;
    }

  private:
    static constexpr int bits = 64;

    static std::uint64_t bit(int step) { return std::uint64_t{1} << (step % bits); }
    std::uint64_t& word(int step) {
        auto const i = static_cast<std::size_t>(step / bits);
        if (words_.size() <= i) {
            words_.resize(i + 1);
        }
        return words_[i];
    }

    std::vector<std::uint64_t> words_;
};

}  // namespace leadtime::estimator::detail
