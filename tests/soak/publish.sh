#!/usr/bin/env bash
# 200 times start and stop, a mix and a relay in turn: file descriptors,
# threads, memory and objects must not grow. An argument is another number.
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail
# One arena: what threads that come and go have freed in arenas of their own is
# no leak, but stays in memory.
export MALLOC_ARENA_MAX=1
# `meson devenv` runs this in the build folder
exec tests/soak/soak-publish "$@"
