// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the peers in C++ share: the command line that the benchmark starts its children with.

#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

namespace peer {

constexpr int child_seconds = 120;

[[noreturn]] inline void fail (const std::string &message)
{
  std::fprintf (stderr, "%s: %s\n", PEER_NAME, message.c_str ());
  std::fflush (stderr);
  _exit (1);
}

inline double now ()
{
  return std::chrono::duration<double> (std::chrono::steady_clock::now ().time_since_epoch ()).count ();
}

struct Arguments
{
  std::string workload;
  unsigned size = 0;
  bool cold = false;

  Arguments (int argc, char **argv)
  {
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
  }

  bool is (const char *prefix) const
  {
    return workload.rfind (prefix, 0) == 0;
  }
};

}
