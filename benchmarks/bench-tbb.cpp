// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The floor: oneTBB's tasks, which are neither objects nor call anybody back. What is measured
// is making and running them, and waiting for all.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <oneapi/tbb/task_group.h>
#include <unistd.h>

namespace {

constexpr int child_seconds = 120;

[[noreturn]] void fail (const std::string &message)
{
  std::fprintf (stderr, "bench-tbb: %s\n", message.c_str ());
  std::fflush (stderr);
  _exit (1);
}

double now ()
{
  return std::chrono::duration<double> (std::chrono::steady_clock::now ().time_since_epoch ()).count ();
}

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
  std::string workload;
  unsigned size = 0;
  bool cold = false;

  for (int i = 1; i < argc; i++)
    {
      const std::string argument = argv[i];

      if (argument == "--cold")
        cold = true;
      else if (argument == "--child" && i + 1 < argc)
        workload = argv[++i];
      else if (argument == "--size" && i + 1 < argc)
        size = std::strtoul (argv[++i], nullptr, 10);
      else if (argument == "--side" && i + 1 < argc)
        ++i;
      else
        fail ("unknown argument " + argument);
    }
  if (size == 0)
    fail ("--size is missing");
  if (workload.rfind ("burst", 0) != 0 && workload.rfind ("submit", 0) != 0)
    fail ("there is no workload " + workload);

  alarm (child_seconds);
  if (!cold)
    burst (size);
  std::printf ("%.17g\n", burst (size));
  std::fflush (stdout);
  _exit (0);
}
