// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/result_directory.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// A file that a study leaves in its folder. One list of them for each study is all
/// that writing, messages, --help and the tests of the documents go by.
template <class Results>
struct StudyFile {
    std::string_view name;
    std::string (*contents)(Results const&) = nullptr;
    bool (*is_written)(Results const&) = nullptr;  ///< null: always
    std::string_view option = {};                  ///< what asks for it, if it must be
    bool is_drawn_again = false;                   ///< by `leadtime report`
};

/// The files of these results, in the list's order.
template <class Results>
std::vector<OutputFile> files_of(Results const& results,
                                 std::span<StudyFile<Results> const> list) {
    std::vector<OutputFile> files;
    for (auto const& file : list) {
        if (file.is_written == nullptr || file.is_written(results)) {
            files.push_back({std::string(file.name), file.contents(results)});
        }
    }
    return files;
}

/// Their names, also of those that are not always written but not of those that an
/// option asks for.
template <class Results>
std::vector<std::string_view> names_of(std::span<StudyFile<Results> const> list) {
    std::vector<std::string_view> names;
    for (auto const& file : list) {
        if (file.option.empty()) {
            names.push_back(file.name);
        }
    }
    return names;
}

/// In a sentence: "a, b and c".
inline std::string listed(std::span<std::string_view const> names,
                          std::string_view last_link = " and ") {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += i == 0 ? "" : i + 1 < names.size() ? ", " : last_link;
        text += names[i];
    }
    return text;
}

}  // namespace leadtime::estimator
