// SPDX-License-Identifier: Apache-2.0
// Preloaded by kill.test.py: counts the calls that change folders and files, and kills
// the program or fails a call as LEADTIME_FAULT says, parts of it joined by commas:
//   kill:N           the program, before its call number N
//   fail:NAME:N:E    call number N of that name (0: each) fails with errno E
//   swap:E           an exchange of two folders fails with errno E
//   count            at the end, writes the number of calls to LEADTIME_FAULT_COUNT
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int all_calls;

struct counted {
    char const* name;
    int calls;
};
static struct counted known[] = {{"renameat2", 0},
                                 {"renameat", 0},
                                 {"linkat", 0},
                                 {"symlinkat", 0},
                                 {"unlinkat", 0},
                                 {"mkdirat", 0},
                                 {"fsync", 0},
                                 {"write", 0}};

/// Returns: the errno with which this call fails, or 0.
static int fault_at(char const* name, int is_swap) {
    char const* plan = getenv("LEADTIME_FAULT");
    if (plan == NULL) {
        return 0;
    }
    ++all_calls;
    int calls = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
        if (strcmp(known[i].name, name) == 0) {
            calls = ++known[i].calls;
        }
    }
    char const* file = getenv("LEADTIME_FAULT_COUNT");
    if (file != NULL) {
        int const out = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (out >= 0) {
            dprintf(out, "%d\n", all_calls);
            close(out);
        }
    }
    char copy[256];
    snprintf(copy, sizeof copy, "%s", plan);
    char* rest = NULL;
    for (char* part = strtok_r(copy, ",", &rest); part != NULL;
         part = strtok_r(NULL, ",", &rest)) {
        char of[32];
        int number = 0;
        int error = 0;
        if (sscanf(part, "kill:%d", &number) == 1 && number == all_calls) {
            kill(getpid(), SIGKILL);
        }
        if (sscanf(part, "fail:%31[^:]:%d:%d", of, &number, &error) == 3
            && strcmp(of, name) == 0 && (number == 0 || number == calls)) {
            return error;
        }
        if (is_swap && sscanf(part, "swap:%d", &error) == 1) {
            return error;
        }
    }
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAULT(name, is_swap)                                                           \
    do {                                                                               \
        int const error = fault_at(#name, is_swap);                                    \
        if (error != 0) {                                                              \
            errno = error;                                                             \
            return -1;                                                                 \
        }                                                                              \
    } while (0)

int renameat2(int from, char const* old, int to, char const* new, unsigned flags) {
    FAULT(renameat2, flags == RENAME_EXCHANGE && strstr(old, ".leadtime-") != NULL);
    return REAL(renameat2)(from, old, to, new, flags);
}
int renameat(int from, char const* old, int to, char const* new) {
    FAULT(renameat, 0);
    return REAL(renameat)(from, old, to, new);
}
int linkat(int from, char const* old, int to, char const* new, int flags) {
    FAULT(linkat, 0);
    return REAL(linkat)(from, old, to, new, flags);
}
int symlinkat(char const* target, int folder, char const* name) {
    FAULT(symlinkat, 0);
    return REAL(symlinkat)(target, folder, name);
}
int unlinkat(int folder, char const* name, int flags) {
    FAULT(unlinkat, 0);
    return REAL(unlinkat)(folder, name, flags);
}
int mkdirat(int folder, char const* name, mode_t mode) {
    FAULT(mkdirat, 0);
    return REAL(mkdirat)(folder, name, mode);
}
int fsync(int file) {
    FAULT(fsync, 0);
    return REAL(fsync)(file);
}
ssize_t write(int file, void const* bytes, size_t n) {
    FAULT(write, 0);
    return REAL(write)(file, bytes, n);
}
