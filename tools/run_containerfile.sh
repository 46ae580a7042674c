#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the COPY and RUN lines of Containerfile in a clean Debian, without a container:
# mmdebstrap makes its root in a folder, chroot enters it. Afterwards the folder is gone.
#
#   tools/run_containerfile.sh [FILE]    another one, such as packaging/python.Containerfile
#
# Where root, mmdebstrap or the package is missing it says so and exits with 77.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
cd "$(dirname "${BASH_SOURCE[0]}")/.."
containerfile=${1:-Containerfile}

say() { printf 'run_containerfile: %s\n' "$*" >&2; }
skip() {
    say "skipped: $*"
    exit 77
}

[ "$(id -u)" -eq 0 ] || skip "only root may chroot"
command -v mmdebstrap >/dev/null || skip "no mmdebstrap (make package installs it on Debian)"
for file in $(sed -n 's/^COPY \(.*\) [^ ]*$/\1/p' "$containerfile"); do
    [ -e "$file" ] || skip "no $file (make package makes it)"
done

# The lines, those that end with \ joined to the next.
mapfile -t lines < <(sed -e ':more' -e '/\\$/{N;s/\\\n//;bmore' -e '}' -e '/^#/d;/^$/d' "$containerfile")
suite=$(printf '%s\n' "${lines[@]}" | sed -n 's/^FROM .*debian:\([a-z]*\).*/\1/p')
[ -n "$suite" ] || {
    say "$containerfile does not start FROM a Debian"
    exit 2
}
# the mirror that this machine uses, so that no host is written here
mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1)

root=$(mktemp -d "${TMPDIR:-/tmp}/leadtime-root.XXXXXX")
trap 'rm -rf --one-file-system "$root"' EXIT
begin=$SECONDS
# unsafe-io: nobody minds when a power cut spoils this root
mmdebstrap --quiet --mode=root --variant=apt --dpkgopt=force-unsafe-io \
    --aptopt='Acquire::Languages "none"' "$suite" "$root" ${mirror:+"$mirror"} ||
    skip "Debian $suite could not be fetched"
cp /etc/resolv.conf "$root/etc/resolv.conf"
say "a clean $suite after $((SECONDS - begin)) s"

for line in "${lines[@]}"; do
    word=${line%% *} rest=${line#* }
    case $word in
    COPY)
        # shellcheck disable=SC2206 # patterns of files are meant
        files=($rest)
        cp "${files[@]:0:${#files[@]}-1}" "$root${files[-1]}"
        ;;
    RUN)
        # its own mounts, gone with the last process
        unshare --mount --pid --fork sh -ec '
            mount -t proc none "$0/proc"
            mount --bind /dev "$0/dev"
            exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
                DEBIAN_FRONTEND=noninteractive sh -ec "$1"' "$root" "$rest" >"$root.log" 2>&1 || {
            tail -n 40 "$root.log" >&2
            rm -f "$root.log"
            say "failed: RUN $rest"
            exit 1
        }
        rm -f "$root.log"
        ;;
    FROM | WORKDIR | ENTRYPOINT) ;;
    *)
        say "$containerfile: $word is not known here"
        exit 2
        ;;
    esac
done
say "all lines ran after $((SECONDS - begin)) s"
