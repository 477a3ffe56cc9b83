/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"

G_BEGIN_DECLS

#define AT_TYPE_SUBPROCESS_TASK (at_subprocess_task_get_type ())

/**
 * AT_SUBPROCESS_PROGRESS_PERCENT:
 *
 * A [property@SubprocessTask:progress-pattern] for programs that print “42%”.
 *
 * The number may have decimals, after a point or a comma, and a space before the
 * percent sign.
 *
 * Since: 1.0
 */
#define AT_SUBPROCESS_PROGRESS_PERCENT \
  "(?<percent>[0-9]+(?:[.,][0-9]+)?)(?: |\\xC2\\xA0|\\xE2\\x80\\xAF)?%"

/**
 * AT_SUBPROCESS_PROGRESS_COUNT:
 *
 * A [property@SubprocessTask:progress-pattern] for programs that print “3/10” or
 * “3 of 10”.
 *
 * Since: 1.0
 */
#define AT_SUBPROCESS_PROGRESS_COUNT \
  "(?<completed>[0-9]+) ?(?:/|of) ?(?<total>[0-9]+)"

AT_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (AtSubprocessTask, at_subprocess_task, AT, SUBPROCESS_TASK, AtAsyncTask)

/**
 * AtSubprocessTaskClass:
 * @parent_class: The parent class.
 *
 * The class structure of [class@SubprocessTask].
 *
 * A subclass overrides those of the handlers of [class@AsyncTask] that it needs.
 * It has the body that it inherits, or one that calls it; what else the parent class
 * overrides is to be called, too.
 *
 * Since: 1.0
 */
struct _AtSubprocessTaskClass
{
  AtAsyncTaskClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

AT_AVAILABLE_IN_1_0
AtSubprocessTask    *at_subprocess_task_new                    (const char * const  *argv);

AT_AVAILABLE_IN_1_0
const char * const  *at_subprocess_task_get_argv               (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_argv               (AtSubprocessTask    *self,
                                                                const char * const  *argv);
AT_AVAILABLE_IN_1_0
const char          *at_subprocess_task_get_working_directory  (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_working_directory  (AtSubprocessTask    *self,
                                                                const char          *working_directory);
AT_AVAILABLE_IN_1_0
const char * const  *at_subprocess_task_get_environment        (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_environment        (AtSubprocessTask    *self,
                                                                const char * const  *environment);
AT_AVAILABLE_IN_1_0
GBytes              *at_subprocess_task_get_input              (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_input              (AtSubprocessTask    *self,
                                                                GBytes              *input);
AT_AVAILABLE_IN_1_0
AtSubprocessOutput   at_subprocess_task_get_output_mode        (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_output_mode        (AtSubprocessTask    *self,
                                                                AtSubprocessOutput   output_mode);
AT_AVAILABLE_IN_1_0
gboolean             at_subprocess_task_get_merge_error_output (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_merge_error_output (AtSubprocessTask    *self,
                                                                gboolean             merge_error_output);
AT_AVAILABLE_IN_1_0
guint                at_subprocess_task_get_max_line_length    (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_max_line_length    (AtSubprocessTask    *self,
                                                                guint                max_line_length);
AT_AVAILABLE_IN_1_0
guint64              at_subprocess_task_get_max_pending        (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_max_pending        (AtSubprocessTask    *self,
                                                                guint64              max_pending);
AT_AVAILABLE_IN_1_0
gboolean             at_subprocess_task_get_collect_output     (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_collect_output     (AtSubprocessTask    *self,
                                                                gboolean             collect_output);
AT_AVAILABLE_IN_1_0
guint64              at_subprocess_task_get_max_output         (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_max_output         (AtSubprocessTask    *self,
                                                                guint64              max_output);
AT_AVAILABLE_IN_1_0
const char          *at_subprocess_task_get_progress_pattern   (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_progress_pattern   (AtSubprocessTask    *self,
                                                                const char          *progress_pattern);
AT_AVAILABLE_IN_1_0
AtSubprocessStreams  at_subprocess_task_get_progress_streams   (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_progress_streams   (AtSubprocessTask    *self,
                                                                AtSubprocessStreams  progress_streams);
AT_AVAILABLE_IN_1_0
guint                at_subprocess_task_get_grace_time         (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
void                 at_subprocess_task_set_grace_time         (AtSubprocessTask    *self,
                                                                guint                grace_time);

AT_AVAILABLE_IN_1_0
GBytes              *at_subprocess_task_get_output             (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
const char          *at_subprocess_task_get_error_output       (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
int                  at_subprocess_task_get_exit_status        (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
int                  at_subprocess_task_get_term_signal        (AtSubprocessTask    *self);
AT_AVAILABLE_IN_1_0
int                  at_subprocess_task_get_pid                (AtSubprocessTask    *self);

AT_AVAILABLE_IN_1_0
gboolean             at_subprocess_task_send_signal            (AtSubprocessTask    *self,
                                                                int                  signal_number);

G_END_DECLS
