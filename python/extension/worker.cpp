// SPDX-License-Identifier: Apache-2.0
#include "python/extension/worker.hpp"

#include "estimator/cli/environment.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

namespace nb = nanobind;

namespace leadtime::python {
namespace {

constexpr std::chrono::milliseconds patience(50);  // between looks for Ctrl-C

struct Task {
    Job const& job;
    std::string const& device;
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> done = 0;
    std::atomic<std::uint64_t> total = 0;
    bool is_finished = false;  // under the worker's mutex
    std::exception_ptr error = {};
};

/// Executors by device; they end before Kokkos does.
class Place {
  public:
    void run(Task& task) {
        if (!runtime_) {
            estimator::check_environment(std::nullopt);
            runtime_.emplace();
        }
        auto& executor = executors_[task.device];
        if (!executor) {
            auto options = estimator::executor_of_environment();
            if (!task.device.empty()) {
                options.device = task.device;
            }
            executor = make_executor(options);
        }
        Control control;
        control.stop = &task.stop;
        control.progress = [&](std::uint64_t done, std::uint64_t total) {
            task.total = total;
            task.done = done;
        };
        control.throw_if_stopped();
        task.job(*executor, control);
    }

  private:
    std::optional<Runtime> runtime_;
    std::map<std::string, std::unique_ptr<Executor>> executors_;
};

class Worker {
  public:
    Worker()
        : process_(::getpid())
        , thread_([this] { work(); }) {}

    bool is_of_this_process() const { return process_ == ::getpid(); }

    void start(Task& task) {
        std::lock_guard const lock(mutex_);
        tasks_.push_back(&task);
        changed_.notify_all();
    }

    /// Whether it is finished, after a while at most.
    bool wait(Task const& task) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return task.is_finished; });
    }

    /// Stops what runs: nobody waits for it any more.
    void end() {
        {
            std::lock_guard const lock(mutex_);
            is_ending_ = true;
            if (running_ != nullptr) {
                running_->stop = true;
            }
            changed_.notify_all();
        }
        thread_.join();
    }

  private:
    void work() {
        Place place;
        while (auto* const task = next()) {
            std::exception_ptr error;
            try {
                place.run(*task);
            } catch (...) {
                error = std::current_exception();
            }
            std::lock_guard const lock(mutex_);
            running_ = nullptr;
            task->error = std::move(error);
            task->is_finished = true;
            changed_.notify_all();
        }
    }

    /// Null once it ends.
    Task* next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return is_ending_ || !tasks_.empty(); });
        if (is_ending_) {
            return nullptr;
        }
        running_ = tasks_.front();
        tasks_.pop_front();
        return running_;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Task*> tasks_;
    Task* running_ = nullptr;
    bool is_ending_ = false;
    ::pid_t process_;
    std::thread thread_;
};

// Under the GIL. Never destroyed: a thread that a fork left behind cannot be joined.
Worker* worker = nullptr;
bool has_ended = false;

Worker& worker_of_process() {
    if (has_ended) {
        throw RunError("nothing can be run while Python ends");
    }
    if (worker == nullptr) {
        worker = new Worker;
    }
    if (!worker->is_of_this_process()) {
        throw RunError(
            "this process was forked after leadtime had been used, and its threads were "
            "not: start processes with multiprocessing.get_context(\"spawn\")");
    }
    return *worker;
}

/// Follows a task until it is finished; what Python raised meanwhile stops it, and is
/// raised afterwards.
void follow(Worker& own, Task& task, nb::object const& progress) {
    std::optional<nb::python_error> raised;
    std::uint64_t shown = 0;
    for (bool is_finished = false; !is_finished;) {
        {
            nb::gil_scoped_release const free;
            is_finished = own.wait(task);
        }
        try {
            if (!raised && PyErr_CheckSignals() != 0) {
                nb::raise_python_error();
            }
            std::uint64_t const done = task.done;
            if (!raised && !progress.is_none() && done != shown) {
                shown = done;
                progress(done, task.total.load());
            }
        } catch (nb::python_error& error) {
            raised.emplace(std::move(error));
            task.stop = true;
        }
    }
    if (raised) {
        throw nb::python_error(std::move(*raised));
    }
}

}  // namespace

void run_job(Job const& job, nb::object const& progress, std::string const& device) {
    Worker& own = worker_of_process();
    Task task{.job = job, .device = device};
    own.start(task);
    follow(own, task, progress);
    if (task.error) {
        std::rethrow_exception(task.error);
    }
}

void end_worker() noexcept {
    has_ended = true;
    if (worker != nullptr && worker->is_of_this_process()) {
        nb::gil_scoped_release const free;
        worker->end();
    }
}

}  // namespace leadtime::python
