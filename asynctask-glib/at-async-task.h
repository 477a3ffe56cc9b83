/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_ASYNC_TASK (at_async_task_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (AtAsyncTask, at_async_task, AT, ASYNC_TASK, GObject)

/**
 * AtAsyncTaskClass:
 * @parent_class: The parent class.
 * @in_background: The body. Runs once, on a worker thread. Returns %TRUE after
 *   [method@AsyncTask.set_result], or %FALSE with @error set.
 * @pre_execute: Class handler of [signal@AsyncTask::pre-execute].
 * @progress_update: Class handler of [signal@AsyncTask::progress-update].
 * @post_execute: Class handler of [signal@AsyncTask::post-execute].
 * @cancelled: Class handler of [signal@AsyncTask::cancelled].
 * @failed: Class handler of [signal@AsyncTask::failed].
 * @control_changed: Called by [method@AsyncTask.pause],
 *   [method@AsyncTask.resume] and [method@AsyncTask.cancel], in their thread.
 *
 * The class structure of [class@AsyncTask].
 *
 * A subclass overrides @in_background and those of the handlers it needs; the
 * handlers run in the owner context. An override replaces the class handler of
 * the signal; that is the place to override it, since a signal that nobody is
 * connected to is not emitted: its handler is called directly.
 *
 * Since: 1.0
 */
struct _AtAsyncTaskClass
{
  GObjectClass parent_class;

  /* Worker thread. */
  gboolean (* in_background)   (AtAsyncTask   *self,
                                const GValue  *params,
                                GCancellable  *cancellable,
                                GError       **error);

  /* Owner thread. */
  void     (* pre_execute)     (AtAsyncTask   *self);
  void     (* progress_update) (AtAsyncTask   *self,
                                const GValue  *value);
  void     (* post_execute)    (AtAsyncTask   *self,
                                const GValue  *result);
  void     (* cancelled)       (AtAsyncTask   *self,
                                const GValue  *result);
  void     (* failed)          (AtAsyncTask   *self,
                                const GError  *error);

  /* Any thread. */
  void     (* control_changed) (AtAsyncTask   *self);

  /*< private >*/
  gpointer padding[7];
};

/**
 * AtTaskFunc:
 * @task: The task whose body this is.
 * @params: (nullable): What was given to [method@AsyncTask.execute].
 * @cancellable: (not nullable): Triggered by an interrupting [method@AsyncTask.cancel].
 * @user_data: (closure): The data given with the function.
 * @error: Return location for a [struct@GLib.Error].
 *
 * The body of a task, run once on a worker thread.
 *
 * Returns: %TRUE when the body succeeded, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */
typedef gboolean (* AtTaskFunc) (AtAsyncTask   *task,
                                 const GValue  *params,
                                 GCancellable  *cancellable,
                                 gpointer       user_data,
                                 GError       **error);

/**
 * AtTaskCallbacks: (skip)
 * @pre_execute: (nullable): Called after the handlers of [signal@AsyncTask::pre-execute].
 * @progress_update: (nullable): Called after the handlers of
 *   [signal@AsyncTask::progress-update].
 * @post_execute: (nullable): Called after the handlers of [signal@AsyncTask::post-execute].
 * @cancelled: (nullable): Called after the handlers of [signal@AsyncTask::cancelled].
 * @failed: (nullable): Called after the handlers of [signal@AsyncTask::failed].
 *
 * The functions of [method@AsyncTask.set_callbacks]. The values are %NULL where those of
 * the signals are.
 *
 * Owner's thread.
 *
 * Since: 1.0
 */
typedef struct
{
  void     (* pre_execute)     (AtAsyncTask  *task,
                                gpointer      user_data);
  void     (* progress_update) (AtAsyncTask  *task,
                                const GValue *value,
                                gpointer      user_data);
  void     (* post_execute)    (AtAsyncTask  *task,
                                const GValue *result,
                                gpointer      user_data);
  void     (* cancelled)       (AtAsyncTask  *task,
                                const GValue *result,
                                gpointer      user_data);
  void     (* failed)          (AtAsyncTask  *task,
                                const GError *error,
                                gpointer      user_data);

  /*< private >*/
  gpointer padding[3];
} AtTaskCallbacks;

/**
 * AtRetryFunc:
 * @task: a task
 * @error: what has failed the attempt
 * @attempt: its number, from 1 on
 * @user_data: what was given to [method@AsyncTask.set_retry]
 *
 * Says after how long a task that has failed is run again.
 *
 * On the thread that ran the body; for a task without a thread, in the owner context.
 *
 * Returns: seconds; 0 for at once, which is behind what is queued; less than 0 to give up
 *
 * Since: 1.0
 */
typedef double (* AtRetryFunc) (AtAsyncTask  *task,
                                const GError *error,
                                guint         attempt,
                                gpointer      user_data);

AT_AVAILABLE_IN_1_0
AtAsyncTask    *at_async_task_new                  (AtTaskFunc            func,
                                                    gpointer              user_data,
                                                    GDestroyNotify        destroy);
AT_AVAILABLE_IN_1_0
AtAsyncTask    *at_async_task_new_named            (const char           *body_name,
                                                    AtTaskFunc            func,
                                                    gpointer              user_data,
                                                    GDestroyNotify        destroy);

AT_AVAILABLE_IN_1_0
void            at_async_task_set_callbacks        (AtAsyncTask           *self,
                                                    const AtTaskCallbacks *callbacks,
                                                    gpointer               user_data,
                                                    GDestroyNotify         destroy);

AT_AVAILABLE_IN_1_0
gboolean        at_async_task_add_prerequisite     (AtAsyncTask          *self,
                                                    AtAsyncTask          *other,
                                                    GError              **error);

AT_AVAILABLE_IN_1_0
gboolean        at_async_task_execute              (AtAsyncTask          *self,
                                                    const GValue         *params,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_execute_on_executor  (AtAsyncTask          *self,
                                                    AtExecutor           *executor,
                                                    const GValue         *params,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
void            at_async_task_execute_async        (AtAsyncTask          *self,
                                                    const GValue         *params,
                                                    GCancellable         *cancellable,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
AT_AVAILABLE_IN_1_0
const GValue   *at_async_task_execute_finish       (AtAsyncTask          *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_execute_runnable     (AtTaskFunc            func,
                                                    gpointer              user_data,
                                                    GDestroyNotify        destroy,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_execute_runnable_named (const char         *body_name,
                                                      AtTaskFunc          func,
                                                      gpointer            user_data,
                                                      GDestroyNotify      destroy,
                                                      GError            **error);

AT_AVAILABLE_IN_1_0
void            at_async_task_publish_progress     (AtAsyncTask          *self,
                                                    const GValue         *value);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_result           (AtAsyncTask          *self,
                                                    const GValue         *value);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_fraction         (AtAsyncTask          *self,
                                                    double                fraction);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_amounts          (AtAsyncTask          *self,
                                                    guint64               completed,
                                                    guint64               total);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_message          (AtAsyncTask          *self,
                                                    const char           *message);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_checkpoint           (AtAsyncTask          *self,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_sleep                (AtAsyncTask          *self,
                                                    double                seconds,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
GCancellable   *at_async_task_get_cancellable      (AtAsyncTask          *self);

AT_AVAILABLE_IN_1_0
gboolean        at_async_task_cancel               (AtAsyncTask          *self,
                                                    gboolean              interrupt);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_is_cancelled         (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_try_now              (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_pause                (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_resume               (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_paused           (AtAsyncTask          *self,
                                                    gboolean              paused);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_is_paused            (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_wait                 (AtAsyncTask          *self,
                                                    gint64                timeout_ms,
                                                    GCancellable         *cancellable,
                                                    GError              **error);
AT_AVAILABLE_IN_1_0
const GValue   *at_async_task_get_result           (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
const GError   *at_async_task_get_error            (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
guint           at_async_task_get_attempt          (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
double          at_async_task_get_retry_in         (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
const GError   *at_async_task_get_last_error       (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_get_active           (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
AtStatus        at_async_task_get_status           (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
AtStage         at_async_task_get_stage            (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
AtOutcome       at_async_task_get_outcome          (AtAsyncTask          *self);

AT_AVAILABLE_IN_1_0
void            at_async_task_run                  (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_deliver_failure      (AtAsyncTask          *self);

AT_AVAILABLE_IN_1_0
double          at_async_task_get_fraction         (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
gboolean        at_async_task_get_indeterminate    (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
guint64         at_async_task_get_completed        (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
guint64         at_async_task_get_total            (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
const char     *at_async_task_get_message          (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
double          at_async_task_get_rate             (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
double          at_async_task_get_remaining        (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
double          at_async_task_get_elapsed          (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
char           *at_async_task_get_summary          (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
const char     *at_async_task_get_body_name        (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_body_name        (AtAsyncTask          *self,
                                                    const char           *body_name);
AT_AVAILABLE_IN_1_0
const char     *at_async_task_get_title            (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_title            (AtAsyncTask          *self,
                                                    const char           *title);
AT_AVAILABLE_IN_1_0
AtProgressUnit  at_async_task_get_unit             (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_unit             (AtAsyncTask          *self,
                                                    AtProgressUnit        unit);
AT_AVAILABLE_IN_1_0
AtExecutor     *at_async_task_get_executor         (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_executor         (AtAsyncTask          *self,
                                                    AtExecutor           *executor);
AT_AVAILABLE_IN_1_0
int             at_async_task_get_priority         (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_priority         (AtAsyncTask          *self,
                                                    int                   priority);
AT_AVAILABLE_IN_1_0
GObject        *at_async_task_get_owner            (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_owner            (AtAsyncTask          *self,
                                                    GObject              *owner);
AT_AVAILABLE_IN_1_0
GMainContext   *at_async_task_get_main_context     (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_main_context     (AtAsyncTask          *self,
                                                    GMainContext         *main_context);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_retry            (AtAsyncTask          *self,
                                                    guint                 max_attempts,
                                                    AtRetryFunc           func,
                                                    gpointer              user_data,
                                                    GDestroyNotify        destroy);
AT_AVAILABLE_IN_1_0
double          at_async_task_get_timeout          (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_timeout          (AtAsyncTask          *self,
                                                    double                seconds);
AT_AVAILABLE_IN_1_0
guint64         at_async_task_get_max_pending      (AtAsyncTask          *self);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_max_pending      (AtAsyncTask          *self,
                                                    guint64               max_pending);

AT_AVAILABLE_IN_1_0
AtExecutor     *at_async_task_get_default_executor (void);
AT_AVAILABLE_IN_1_0
void            at_async_task_set_default_executor (AtExecutor           *executor);

AT_AVAILABLE_IN_1_0
gboolean        at_async_task_return               (AtAsyncTask          *self,
                                                    GType                 type,
                                                    ...);
AT_AVAILABLE_IN_1_0
void            at_async_task_publish              (AtAsyncTask          *self,
                                                    GType                 type,
                                                    ...);

/* In C, what the function is called is known where the task is made. */
#ifndef __GI_SCANNER__
# ifndef __cplusplus
#  define at_async_task_new(func, ...) \
    (at_async_task_new_named (#func, (func), __VA_ARGS__))
#  define at_async_task_execute_runnable(func, ...) \
    (at_async_task_execute_runnable_named (#func, (func), __VA_ARGS__))
# endif
#endif

G_END_DECLS
