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
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sched.h>
#include <unistd.h>

namespace {

constexpr int child_seconds = 120;
constexpr unsigned window_width = 64;

[[noreturn]] void fail (const std::string &message)
{
  std::fprintf (stderr, "bench-qt: %s\n", message.c_str ());
  std::fflush (stderr);
  _exit (1);
}

double now ()
{
  return std::chrono::duration<double> (std::chrono::steady_clock::now ().time_since_epoch ()).count ();
}

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

  if (workload.rfind ("latency", 0) == 0)
    pin ();

  // Made after the process was bound: its pool has as many threads as there are CPUs.
  QCoreApplication application (argc, argv);

  alarm (child_seconds);
  if (workload.rfind ("burst", 0) == 0)
    {
      if (!cold)
        burst (size);
      std::printf ("%.17g\n", burst (size));
    }
  else if (workload.rfind ("window", 0) == 0)
    {
      if (!cold)
        window (std::max (size / 5, 1u));
      std::printf ("%.17g\n", window (size));
    }
  else if (workload.rfind ("latency", 0) == 0)
    {
      if (!cold)
        latency (std::max (size / 10, 1u));

      const auto times = latency (size);

      std::printf ("%.17g %.17g\n", times[size / 2], times[std::size_t (size) * 99 / 100]);
    }
  else
    {
      fail ("there is no workload " + workload);
    }

  std::fflush (stdout);
  _exit (0);
}
