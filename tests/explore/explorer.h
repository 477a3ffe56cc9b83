/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs a scenario again and again, each time with another schedule of its threads,
 * until there is none left: see docs/design.md. */

#define EXPLORE_MAX_THREADS 8

/* In place of a bound on preemptions: none. */
#define EXPLORE_ALL G_MAXUINT

typedef void (* ExploreFunc) (gpointer data);

typedef struct
{
  const char *name;

  /* The first thread, number 0, from which the others come; and what is to be true
   * when all have ended. */
  void     (* run)   (void);
  void     (* check) (void);

  /* How many preemptions a schedule may have, or EXPLORE_ALL. */
  guint       quick;
  guint       full;
} ExploreScenario;

/* What a thread had seen at some moment. */
typedef struct
{
  guint clock[EXPLORE_MAX_THREADS];
} ExploreStamp;

int           explore_main         (int                    argc,
                                    char                 **argv,
                                    const ExploreScenario *scenarios,
                                    guint                  n_scenarios,
                                    void                (* prepare) (void));

/* For scenarios, in one of their threads. */
void          explore_spawn        (ExploreFunc            func,
                                    gpointer               data);
int           explore_get_thread   (void);
gint64        explore_get_idle_usec (void); /* that had to pass for any thread to go on */
GMainContext *explore_context_new  (void);
void          explore_note         (const char            *format,
                                    ...) G_GNUC_PRINTF (1, 2);
void          explore_stamp        (ExploreStamp          *stamp);
gboolean      explore_is_after     (const ExploreStamp    *stamp);

/* Anywhere. */
void          explore_fail         (const char            *format,
                                    ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

#define explore_check(condition, ...)                                          \
  G_STMT_START {                                                               \
    if (!(condition))                                                          \
      explore_fail (__VA_ARGS__);                                              \
  } G_STMT_END

G_END_DECLS
