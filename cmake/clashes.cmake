# SPDX-License-Identifier: Apache-2.0
# Settings that do not go together. Each message says what to change.

if(LEADTIME_X86_64_V3 AND NOT is_x86_64)
    message(FATAL_ERROR
        "LEADTIME_X86_64_V3 is ON, but the target is ${CMAKE_SYSTEM_PROCESSOR} (the flag "
        "exists on x86-64 only). Configure with -DLEADTIME_X86_64_V3=OFF.")
endif()
if(is_x86_64 AND NOT LEADTIME_X86_64_V3)
    message(WARNING
        "LEADTIME_X86_64_V3 is OFF: fused multiply-adds become library calls, some 25 "
        "times slower. Configure with -DLEADTIME_X86_64_V3=ON unless the CPU lacks AVX2.")
endif()

get_target_property(kokkos_options Kokkos::kokkos INTERFACE_COMPILE_OPTIONS)
set(all_flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_RELEASE} ${kokkos_options} $ENV{CXXFLAGS}")
if(all_flags MATCHES "-ffast-math|-Ofast|-funsafe-math|-fassociative-math")
    message(FATAL_ERROR
        "The flags hold '${CMAKE_MATCH_0}' (results would no longer be the same bits "
        "everywhere). Remove it from CMAKE_CXX_FLAGS, CXXFLAGS or the build of Kokkos.")
endif()
if(all_flags MATCHES "-march=[a-z0-9-]+|-mcpu=native")
    message(WARNING
        "The flags hold '${CMAKE_MATCH_0}' (the program may stop with an illegal "
        "instruction on other machines). Remove it from CMAKE_CXX_FLAGS or CXXFLAGS, or "
        "build Kokkos without Kokkos_ARCH_*; LEADTIME_X86_64_V3=ON is what we use.")
endif()

if("CUDA" IN_LIST Kokkos_DEVICES)
    message(FATAL_ERROR
        "This Kokkos has CUDA (its headers want nvcc for all of the host's code). Set "
        "Kokkos_ROOT to a Kokkos with OpenMP: leadtime has a CUDA back end of its own.")
endif()
if(NOT "OPENMP" IN_LIST Kokkos_DEVICES)
    message(WARNING
        "This Kokkos has no OpenMP (the host would use one thread). Build Kokkos with "
        "-DKokkos_ENABLE_OPENMP=ON and set Kokkos_ROOT to it.")
endif()
