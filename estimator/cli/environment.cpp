// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/environment.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/exit_status.hpp"
#include "estimator/engine/errors.hpp"
#include "text/trim.hpp"

#include <pthread.h>
#include <strings.h>

#ifdef _OPENMP
#    include <omp.h>
#endif

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {
namespace {

std::optional<std::string_view> variable(char const* name) {
    char const* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

[[noreturn]] void
refuse(char const* name, std::string_view value, std::string const& expected) {
    throw RunError(fmt::format(
        "the environment variable {} is \"{}\"; it is {}", name, value, expected));
}

/// A whole number from `least` on; nothing for other texts, and where it is too large.
std::optional<long> whole_number(std::string_view text, long least) {
    long value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && value >= least ? std::optional(value)
                                                                 : std::nullopt;
}

/// Whole numbers with commas between them.
bool is_list(std::string_view text, long least) {
    while (true) {
        auto const comma = text.find(',');
        if (!whole_number(text::trimmed(text.substr(0, comma)), least)) {
            return false;
        }
        if (comma == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(comma + 1);
    }
}

bool is_flag(std::string_view text) {
    constexpr std::array<std::string_view, 6> words{
        "1", "0", "true", "false", "yes", "no"};
    for (auto const word : words) {
        if (text.size() == word.size()
            && ::strncasecmp(text.data(), word.data(), word.size()) == 0) {
            return true;
        }
    }
    return false;
}

/// What Kokkos reads; it aborts at what it cannot.
std::optional<int> check_kokkos() {
    for (auto const* name : {"KOKKOS_DISABLE_WARNINGS",
                             "KOKKOS_PRINT_CONFIGURATION",
                             "KOKKOS_TUNE_INTERNALS"}) {
        if (auto const value = variable(name); value && !is_flag(*value)) {
            refuse(name, *value, "true or false");
        }
    }
    for (auto const* name : {"KOKKOS_DEVICE_ID", "KOKKOS_VISIBLE_DEVICES"}) {
        if (auto const value = variable(name); value && !is_list(*value, 0)) {
            refuse(name, *value, "the number of a device, from 0");
        }
    }
    constexpr char const* old_name = "KOKKOS_PROFILE_LIBRARY";
    auto const library = variable(old_name);
    auto const tools = variable("KOKKOS_TOOLS_LIBS");
    if (library && tools && *library != *tools) {
        refuse(old_name, *library, "the same as KOKKOS_TOOLS_LIBS, or not given");
    }
    constexpr char const* mapping = "KOKKOS_MAP_DEVICE_ID_BY";
    if (auto const value = variable(mapping);
        value && *value != "random" && *value != "mpi_rank") {
        refuse(mapping, *value, "random or mpi_rank");
    }
    constexpr char const* number = "KOKKOS_NUM_THREADS";
    auto const value = variable(number);
    if (!value) {
        return std::nullopt;
    }
    auto const count = whole_number(*value, 1);
    if (!count || *count > max_threads) {
        refuse(number, *value, fmt::format("a whole number from 1 to {}", max_threads));
    }
    return static_cast<int>(*count);
}

/// What OpenMP reads; it says so in its own words and takes another number.
void check_openmp() {
    constexpr char const* number = "OMP_NUM_THREADS";
    if (auto const value = variable(number); value && !is_list(*value, 1)) {
        refuse(number, *value, "a whole number from 1");
    }
}

/// The stack of a thread of libgomp: kilobytes where no letter says else; 0: the usual.
std::size_t stack_bytes() {
    for (auto const* name : {"OMP_STACKSIZE", "GOMP_STACKSIZE"}) {
        auto const value = variable(name);
        if (!value) {
            continue;
        }
        auto text = text::trimmed(*value);
        std::size_t unit = 1024;
        constexpr std::string_view letters = "bkmg";
        if (!text.empty()) {
            auto const lower = static_cast<char>(text.back() | 0x20);
            if (auto const power = letters.find(lower);
                power != std::string_view::npos) {
                unit = std::size_t{1} << (10 * power);
                text = text::trimmed(text.substr(0, text.size() - 1));
            }
        }
        auto const count = whole_number(text, 0);
        bool const fits =
            count && static_cast<std::size_t>(*count) <= (std::size_t{1} << 62) / unit;
        if (!fits) {
            refuse(name, *value, "a size such as 16M");
        }
        return static_cast<std::size_t>(*count) * unit;
    }
    return 0;
}

/// Threads that wait until all are there, and end with it.
class Rehearsal {
  public:
    Rehearsal() { ::pthread_attr_init(&attributes_); }
    ~Rehearsal() {
        {
            std::lock_guard const lock(mutex_);
            is_over_ = true;
        }
        over_.notify_all();
        for (auto const thread : threads_) {
            ::pthread_join(thread, nullptr);
        }
        ::pthread_attr_destroy(&attributes_);
    }
    Rehearsal(Rehearsal const&) = delete;
    Rehearsal& operator=(Rehearsal const&) = delete;

    /// Bytes outside of what a thread may have are left out, as libgomp does.
    void set_stack(std::size_t bytes) {
        static_cast<void>(::pthread_attr_setstacksize(&attributes_, bytes));
    }
    /// Starts one more; an error's number where it cannot.
    int start() {
        pthread_t thread{};
        int const error = ::pthread_create(&thread, &attributes_, wait, this);
        if (error == 0) {
            threads_.push_back(thread);
        }
        return error;
    }

  private:
    static void* wait(void* self) {
        auto& rehearsal = *static_cast<Rehearsal*>(self);
        std::unique_lock lock(rehearsal.mutex_);
        rehearsal.over_.wait(lock, [&] { return rehearsal.is_over_; });
        return nullptr;
    }

    pthread_attr_t attributes_{};
    std::mutex mutex_;
    std::condition_variable over_;
    bool is_over_ = false;
    std::vector<pthread_t> threads_;
};

/// libgomp exits where it cannot start a thread, so they are started beforehand.
void rehearse(int count) {
    Rehearsal rehearsal;
    auto const bytes = stack_bytes();
    if (bytes > 0) {
        rehearsal.set_stack(bytes);
    }
    for (int i = 1; i < count; ++i) {
        if (int const error = rehearsal.start(); error != 0) {
            throw RunError(
                fmt::format("only {} of {} threads can be started: {}; "
                            "give a smaller {}",
                            i,
                            count,
                            std::strerror(error),
                            bytes > 0 ? "--threads or OMP_STACKSIZE" : "--threads"));
        }
    }
}

bool is_guarded = false;

void end_with_failure() {
    if (is_guarded) {
        std::fputs(
            "leadtime: error: a library ended the program, for the reason above\n",
            stderr);
        std::_Exit(exit_failure);
    }
}

}  // namespace

void check_environment(std::optional<int> threads) {
    auto const of_kokkos = check_kokkos();
    check_openmp();
    int count = threads.value_or(of_kokkos.value_or(1));
#ifdef _OPENMP
    if (!threads && !of_kokkos) {
        count = omp_get_max_threads();
    }
#endif
    rehearse(std::min(count, max_threads));
}

ExecutorOptions executor_of_environment() {
    // Each by itself, so that a message names the variable.
    auto const read = [](char const* name, auto const& check) {
        std::string value(variable(name).value_or(""));
        try {
            check(value);
        } catch (RunError const& error) {
            throw RunError(fmt::format("the environment variable {} is \"{}\": {}",
                                       name,
                                       value,
                                       error.what()));
        }
        return value;
    };
    auto const backend = read("LEADTIME_BACKEND", [](auto const& value) {
        if (!value.empty() && value != "host" && value != "device") {
            throw RunError(fmt::format(
                "the backend \"{}\" is not known (it may be host or device)", value));
        }
    });
    return {backend == "device" ? "kokkos" : backend,
            read("LEADTIME_ISA", [](auto const& value) { find_kernels(value); })};
}

std::string note_on_environment(ExecutorOptions const& of_environment) {
    return of_environment.device.empty()
               ? ""
               : "LEADTIME_BACKEND is read for one more version: give --device "
                     + of_environment.device;
}

ExitGuard::ExitGuard() {
    static bool const is_registered = std::atexit(end_with_failure) == 0;
    is_guarded = is_registered;
}

ExitGuard::~ExitGuard() {
    is_guarded = false;
}

}  // namespace leadtime::estimator
