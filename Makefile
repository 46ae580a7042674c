# SPDX-License-Identifier: Apache-2.0
# The short way in. CMakePresets.json is the long one.

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
OUT ?= results

# ccache, where it is installed
ifneq ($(shell command -v ccache 2>/dev/null),)
export CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
endif

# How long 'make night' fuzzes each target, in seconds.
NIGHT ?= 3000

.PHONY: help setup extras all run test package bench asan dev fuzz night format check tidy clean
.DEFAULT_GOAL := help

help:
	@echo 'make run      build, run the built-in baseline scenario, write $(OUT)/'
	@echo 'make all      build everything'
	@echo 'make test     build and run all tests'
	@echo 'make package  leadtime_*.deb, leadtime-dev_*.deb and a .tar.gz, in build/release'
	@echo 'make bench    build and run the benchmarks'
	@echo 'make dev      tests with run-time contracts on'
	@echo 'make asan     tests under AddressSanitizer and UBSan'
	@echo 'make fuzz     tests of the readers under sanitizers, and two minutes of fuzzing'
	@echo 'make night    clang-tidy, interpreted CUDA, fuzzing (NIGHT=$(NIGHT) seconds a target), kills, make asan'
	@echo 'make format   format all files; make check looks only'
	@echo 'make tidy     clang-tidy 14 on all sources: about an hour of CPU; tools/tidy.sh text/ on some'
	@echo 'make setup    only install and fetch what the build needs'
	@echo 'make extras   also Node.js for report.html, gnuplot for figures, a browser for tests'
	@echo 'make clean    remove build/ (.deps/ stays)'
	@echo 'Variables: JOBS=$(JOBS)  OUT=$(OUT)  Kokkos_ROOT=your Kokkos 5 (else one is fetched)'

setup:
	@tools/setup.sh

extras:
	@tools/setup.sh report browser

build/%/build.ninja: CMakePresets.json | setup
	cmake --preset $*

.PRECIOUS: build/%/build.ninja

run: setup build/release/build.ninja
	cmake --build --preset release -j $(JOBS) --target leadtime
	build/release/leadtime run --out $(OUT)

all: setup build/release/build.ninja
	cmake --build --preset release -j $(JOBS)

test: all
	ctest --preset release -j $(JOBS)

package: setup build/release/build.ninja
	@tools/setup.sh package
	cmake --build --preset release -j $(JOBS) --target leadtime_packaged
	cd build/release && cpack

dev asan: %: setup build/%/build.ninja
	cmake --build --preset $@ -j $(JOBS)
	ctest --preset $@ -j $(JOBS)

fuzz: setup build/fuzz/build.ninja
	cmake --build --preset fuzz -j $(JOBS)
	tests/fuzz/check.sh 120

night: setup build/fuzz/build.ninja build/fuzz-fast/build.ninja build/release/build.ninja
	cmake --build --preset fuzz -j $(JOBS)
	cmake --build --preset fuzz-fast -j $(JOBS)
	cmake --build --preset release -j $(JOBS)
	tools/tidy.sh || [ $$? -eq 77 ]
	LEADTIME_MARKETS=1000 build/release/leadtime_tests "[buying]"
	tests/cuda/night.sh build/release
	tests/fuzz/run.sh all $(NIGHT) build/fuzz
	tests/fuzz/run.sh all $(NIGHT) build/fuzz-fast
	if [ -f tests/faults/kill.test.py ]; then \
	    python3 tests/faults/kill.test.py build/release/leadtime scenarios/minimal.toml --kills 1000; fi
	$(MAKE) asan

bench: setup build/release/build.ninja
	cmake --build --preset release -j $(JOBS) --target leadtime_bench
	OMP_PROC_BIND=$${OMP_PROC_BIND:-spread} build/release/leadtime_bench

format:
	tools/format.sh

check:
	tools/format.sh --check
	tools/check_includes.sh
	tests/style/rooms.py
	tools/check_web.sh || [ $$? -eq 77 ]

tidy:
	tools/tidy.sh

clean:
	rm -rf build
