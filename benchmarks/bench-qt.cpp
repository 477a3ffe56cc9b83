// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The workloads of bench-throughput.c as the documentation of Qt 6 would have them:
// QtConcurrent::run() for the work, a QFutureWatcher for its result.

#include <QCoreApplication>
#include <QEventLoop>
#include <QFutureWatcher>
#include <QThread>
#include <QtConcurrent>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sched.h>
#include <unistd.h>

#define PEER_NAME "bench-qt"
#include "bench-peer.hpp"

namespace {

constexpr unsigned window_width = 64;

using peer::fail;
using peer::now;

// Binds the process to the last CPU it may use, as bench_pin() does.
void pin ()
{
  cpu_set_t allowed;
  cpu_set_t one;

  CPU_ZERO (&one);
  if (sched_getaffinity (0, sizeof allowed, &allowed) != 0)
    fail ("sched_getaffinity() failed");
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
    {
      if (CPU_ISSET (cpu, &allowed))
        {
          CPU_SET (cpu, &one);
          break;
        }
    }
  if (sched_setaffinity (0, sizeof one, &one) != 0)
    fail ("sched_setaffinity() failed");
}

// Every task is called back once, on the main thread, with what its body returned.
class Tasks
{
public:
  explicit Tasks (unsigned size) : seen (size) {}

  void start (std::function<void ()> called_back)
  {
    const unsigned index = n_started++;
    auto *watcher = new QFutureWatcher<unsigned>;

    QObject::connect (watcher, &QFutureWatcher<unsigned>::finished, watcher,
                      [this, watcher, index, called_back = std::move (called_back)] {
      if (QThread::currentThread () != QCoreApplication::instance ()->thread ())
        fail ("a callback ran outside the main thread");
      if (watcher->result () != index || seen.at (index)++ != 0)
        fail ("task " + std::to_string (index) + " came twice or returned another number");
      watcher->deleteLater ();
      n_called_back++;
      called_back ();
    });
    watcher->setFuture (QtConcurrent::run ([index] {
      if (QThread::currentThread () == QCoreApplication::instance ()->thread ())
        fail ("a body ran on the main thread");
      return index;
    }));
  }

  unsigned n_started = 0;
  unsigned n_called_back = 0;

private:
  std::vector<unsigned char> seen;
};

double burst (unsigned size)
{
  Tasks tasks (size);
  QEventLoop loop;
  const double start = now ();

  for (unsigned i = 0; i < size; i++)
    tasks.start ([&] {
      if (tasks.n_called_back == size)
        loop.quit ();
    });
  loop.exec ();
  QCoreApplication::sendPostedEvents (nullptr, QEvent::DeferredDelete);

  return (now () - start) / size;
}

double window (unsigned size)
{
  Tasks tasks (size);
  QEventLoop loop;
  std::function<void ()> next = [&] {
    if (tasks.n_started < size)
      tasks.start (next);
    if (tasks.n_called_back == size)
      loop.quit ();
  };
  const double start = now ();

  while (tasks.n_started < std::min (window_width, size))
    tasks.start (next);
  loop.exec ();
  QCoreApplication::sendPostedEvents (nullptr, QEvent::DeferredDelete);

  return (now () - start) / size;
}

std::vector<double> latency (unsigned size)
{
  Tasks tasks (size);
  std::vector<double> times (size);

  for (auto &time : times)
    {
      bool done = false;
      const double start = now ();

      tasks.start ([&] { done = true; });
      while (!done)
        QCoreApplication::processEvents (QEventLoop::WaitForMoreEvents);
      time = now () - start;
      QCoreApplication::sendPostedEvents (nullptr, QEvent::DeferredDelete);
    }
  std::sort (times.begin (), times.end ());

  return times;
}

}

int main (int argc, char **argv)
{
  const peer::Arguments arguments (argc, argv);
  const unsigned size = arguments.size;

  if (arguments.is ("latency"))
    pin ();

  // Made after the process was bound: its pool has as many threads as there are CPUs.
  QCoreApplication application (argc, argv);

  alarm (peer::child_seconds);
  if (arguments.is ("burst"))
    {
      if (!arguments.cold)
        burst (size);
      std::printf ("%.17g\n", burst (size));
    }
  else if (arguments.is ("window"))
    {
      if (!arguments.cold)
        window (std::max (size / 5, 1u));
      std::printf ("%.17g\n", window (size));
    }
  else if (arguments.is ("latency"))
    {
      if (!arguments.cold)
        latency (std::max (size / 10, 1u));

      const auto times = latency (size);

      std::printf ("%.17g %.17g\n", times[size / 2], times[std::size_t (size) * 99 / 100]);
    }
  else
    {
      fail ("there is no workload " + arguments.workload);
    }

  std::fflush (stdout);
  _exit (0);
}
