// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The floor: oneTBB's tasks, which are neither objects nor call anybody back. What is measured
// is making and running them, and waiting for all.

#include <atomic>
#include <cstdio>
#include <string>

#include <oneapi/tbb/task_group.h>
#include <unistd.h>

#define PEER_NAME "bench-tbb"
#include "bench-peer.hpp"

namespace {

using peer::fail;
using peer::now;

double burst (unsigned size)
{
  std::atomic<unsigned> n_run { 0 };
  oneapi::tbb::task_group group;
  const double start = now ();

  for (unsigned i = 0; i < size; i++)
    group.run ([&n_run] { n_run.fetch_add (1, std::memory_order_relaxed); });
  group.wait ();

  const double time = now () - start;

  if (n_run != size)
    fail ("not every task ran once");

  return time / size;
}

}

int main (int argc, char **argv)
{
  const peer::Arguments arguments (argc, argv);
  const unsigned size = arguments.size;
  if (!arguments.is ("burst") && !arguments.is ("submit"))
    fail ("there is no workload " + arguments.workload);

  alarm (peer::child_seconds);
  if (!arguments.cold)
    burst (size);
  std::printf ("%.17g\n", burst (size));
  std::fflush (stdout);
  _exit (0);
}
