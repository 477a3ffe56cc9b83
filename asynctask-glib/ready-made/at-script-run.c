/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-task-private.h"

#include "at-script-helper-private.h"
#include "at-script-value-private.h"
#include "at-task-hooks-private.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* The body: a function called in the process of an interpreter. */

/* How long a process that has closed the channel may take to end. */
#define END_USEC (2 * G_USEC_PER_SEC)

/* How far a cancelled process was driven out. */
typedef enum
{
  STAGE_RUNNING,
  STAGE_TOLD,
  STAGE_TERMINATED,
  STAGE_KILLED
} Stage;

/* A body at work, on its stack. */
typedef struct
{
  AtAsyncTask         *task;
  AtScriptTaskPrivate *priv;
  GCancellable        *cancellable;
  AtScriptHelper      *helper;
  Stage                stage;
  gint64               deadline;       /* of the stage; 0: none */
  gint64               end_deadline;   /* the channel is closed; 0: it is not */
  gint64               full_until;     /* too much that it has said waits for the owner; 0: it does not */
  gboolean             is_told;        /* that the task is cancelled */
  gboolean             is_held;        /* told that it is paused, and has not asked since */
  gboolean             has_started;    /* the process has taken the job */
  gboolean             has_ended_well; /* ... and waits for the next one */
} Run;

typedef enum
{
  VERDICT_GO_ON,
  VERDICT_SUCCEEDED,
  VERDICT_FAILED
} Verdict;

/* What and where. */

static gboolean
find_language (const char        *module,
               AtScriptLanguage  *language,
               GError           **error)
{
  if (g_str_has_suffix (module, ".js") || g_str_has_suffix (module, ".mjs"))
    *language = AT_SCRIPT_LANGUAGE_JAVASCRIPT;
  else if (g_str_has_suffix (module, ".py"))
    *language = AT_SCRIPT_LANGUAGE_PYTHON;
  else
    {
      g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_UNKNOWN_LANGUAGE,
                   _("“%s” is neither JavaScript (.js, .mjs) nor Python (.py)"), module);
      return FALSE;
    }

  return TRUE;
}

/* A name with a colon is a name. */
static GFile *
get_file (const char *module)
{
  if (g_str_has_prefix (module, "file:") || strstr (module, "://") != NULL)
    return g_file_new_for_uri (module);

  return g_file_new_for_path (module);
}

/* The module as its interpreter wants it, a URI or a path that need not be UTF-8; or
 * NULL with @error set. */
static char *
find_module (const char        *module,
             AtScriptLanguage   language,
             GError           **error)
{
  g_autoptr (GFile) file = get_file (module);
  g_autofree char *path = g_file_get_path (file);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *name = g_filename_display_name (module);

      g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_MODULE_NOT_FOUND,
                   path != NULL ? _("There is no module “%s”")
                                : _("The module “%s” is not a file that another process can read"),
                   name);
      return NULL;
    }

  if (language == AT_SCRIPT_LANGUAGE_PYTHON)
    return g_steal_pointer (&path);

  return g_file_get_uri (file);
}

/* What the process says. */

static gboolean
take_fraction (Run      *run,
               GVariant *value)
{
  double fraction;

  if (!at_script_frame_get_fraction (value, &fraction))
    return FALSE;
  at_async_task_set_fraction (run->task, fraction);

  return TRUE;
}

static gboolean
take_amounts (Run      *run,
              GVariant *value)
{
  guint64 completed, total;

  if (!at_script_frame_get_amounts (value, &completed, &total))
    return FALSE;
  at_async_task_set_amounts (run->task, completed, total);

  return TRUE;
}

static gboolean
take_message (Run      *run,
              GVariant *value)
{
  const char *message;

  if (!at_script_frame_get_message (value, &message))
    return FALSE;
  at_async_task_set_message (run->task, message);

  return TRUE;
}

static void
take_result (Run      *run,
             GVariant *value)
{
  g_auto (GValue) result = G_VALUE_INIT;

  g_value_init (&result, G_TYPE_VARIANT);
  g_value_set_variant (&result, value);
  at_async_task_set_result (run->task, &result);
}

static void
take_progress (Run      *run,
               GVariant *value)
{
  g_auto (GValue) progress = G_VALUE_INIT;

  g_value_init (&progress, G_TYPE_VARIANT);
  g_value_set_variant (&progress, value);
  at_async_task_publish_progress (run->task, &progress);
}

static gboolean
take_error (Run       *run,
            GVariant  *value,
            GError   **error)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *stack = NULL;
  g_autoptr (GVariant) details = NULL;
  AtScriptError code;

  if (!at_script_frame_get_error (value, &code, &name, &text, &stack, &details))
    return FALSE;
  g_set_error_literal (error, AT_SCRIPT_ERROR, code, text);

  /* One whose module is loaded, and whose function has ended, is as good as before. */
  run->has_ended_well = code != AT_SCRIPT_ERROR_MODULE_FAILED;

  g_atomic_pointer_set (&run->priv->error_name, g_steal_pointer (&name));
  g_atomic_pointer_set (&run->priv->error_stack, g_steal_pointer (&stack));
  g_atomic_pointer_set (&run->priv->error_details, g_steal_pointer (&details));

  return TRUE;
}

static Verdict
fail_protocol (Run     *run,
               GError **error)
{
  g_set_error_literal (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_PROTOCOL,
                       _("The process of the script sent something that makes no sense"));
  at_script_helper_signal (run->helper, SIGKILL);

  return VERDICT_FAILED;
}

static Verdict
fail_cancelled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The task was cancelled"));

  return VERDICT_FAILED;
}

/* What the process hears. */

static void
set_stage (Run   *run,
           Stage  stage)
{
  run->stage = stage;
  run->deadline = stage == STAGE_KILLED
    ? 0 : g_get_monotonic_time () + (gint64) run->priv->grace_time * 1000;
}

/* Goes on to the next stage of driving the process out, if it is time. */
static void
drive_out (Run *run)
{
  if (run->stage == STAGE_RUNNING)
    {
      if (!g_cancellable_is_cancelled (run->cancellable))
        return;
      run->is_told = TRUE;
      at_script_helper_send (run->helper, AT_SCRIPT_FRAME_INTERRUPT, NULL);
      set_stage (run, STAGE_TOLD);
    }

  if (run->stage == STAGE_TOLD && g_get_monotonic_time () >= run->deadline)
    {
      at_script_helper_signal (run->helper, SIGTERM);
      set_stage (run, STAGE_TERMINATED);
    }

  if (run->stage == STAGE_TERMINATED && g_get_monotonic_time () >= run->deadline)
    {
      at_script_helper_signal (run->helper, SIGKILL);
      set_stage (run, STAGE_KILLED);
    }
}

/* Says what has changed since it was last said. */
static void
pass_on (Run *run)
{
  drive_out (run);

  if (!run->is_told && at_async_task_is_cancelled (run->task))
    {
      run->is_told = TRUE;
      at_script_helper_send (run->helper, AT_SCRIPT_FRAME_CANCELLED, NULL);
    }

  if (!run->is_told && !run->is_held && at_async_task_is_paused (run->task))
    {
      run->is_held = TRUE;
      at_script_helper_send (run->helper, AT_SCRIPT_FRAME_PAUSED, NULL);
    }
}

/* The process asks whether it may go on. */
static void
let_go (Run *run)
{
  /* Says why it returns what nobody has to know: is_cancelled() does as well. */
  at_async_task_checkpoint (run->task, NULL);

  /* One that is paused again is told before it goes on. */
  run->is_held = FALSE;
  pass_on (run);
  at_script_helper_send (run->helper, AT_SCRIPT_FRAME_GO, NULL);
}

/* What it says. */

static Verdict
take_frame (Run            *run,
            AtScriptFrame   kind,
            GVariant       *value,
            GError        **error)
{
  gboolean makes_sense = TRUE;

  switch (kind)
    {
    case AT_SCRIPT_FRAME_PROGRESS:
      take_progress (run, value);
      break;
    case AT_SCRIPT_FRAME_FRACTION:
      makes_sense = take_fraction (run, value);
      break;
    case AT_SCRIPT_FRAME_AMOUNTS:
      makes_sense = take_amounts (run, value);
      break;
    case AT_SCRIPT_FRAME_MESSAGE:
      makes_sense = take_message (run, value);
      break;
    case AT_SCRIPT_FRAME_CHECKPOINT:
      let_go (run);
      break;
    case AT_SCRIPT_FRAME_RESULT:
      take_result (run, value);
      run->has_ended_well = TRUE;
      return VERDICT_SUCCEEDED;
    case AT_SCRIPT_FRAME_ERROR:
      if (take_error (run, value, error))
        return VERDICT_FAILED;
      makes_sense = FALSE;
      break;
    case AT_SCRIPT_FRAME_STOPPED:
      if (at_async_task_is_cancelled (run->task))
        return fail_cancelled (error);
      makes_sense = FALSE;
      break;
    case AT_SCRIPT_FRAME_STARTED:
      run->has_started = TRUE;
      break;
    case AT_SCRIPT_FRAME_JOB:
    case AT_SCRIPT_FRAME_GO:
    case AT_SCRIPT_FRAME_CANCELLED:
    case AT_SCRIPT_FRAME_INTERRUPT:
    case AT_SCRIPT_FRAME_PAUSED:
    default:
      makes_sense = FALSE;
    }

  return makes_sense ? VERDICT_GO_ON : fail_protocol (run, error);
}

/* Whether to listen no more for now, as too much waits for the owner: the process then
 * has to wait, too. What it is about to end with is heard. */
static gboolean
is_full (Run *run)
{
  if (run->stage != STAGE_RUNNING || !at_async_task_is_backed_up (run->task, &run->full_until))
    run->full_until = 0;

  return run->full_until != 0;
}

/* All that is there. */
static Verdict
take_frames (Run     *run,
             GError **error)
{
  while (!is_full (run))
    {
      g_autoptr (GVariant) value = NULL;
      AtScriptFrame kind;
      Verdict verdict;

      switch (at_script_helper_receive (run->helper, &kind, &value))
        {
        case AT_SCRIPT_RECEIVED_FRAME:
          verdict = take_frame (run, kind, value, error);
          if (verdict != VERDICT_GO_ON)
            return verdict;
          break;
        case AT_SCRIPT_RECEIVED_NOTHING:
          return VERDICT_GO_ON;
        case AT_SCRIPT_RECEIVED_END:
          if (run->end_deadline == 0)
            run->end_deadline = g_get_monotonic_time () + END_USEC;
          return VERDICT_GO_ON;
        case AT_SCRIPT_RECEIVED_GARBAGE:
        default:
          return fail_protocol (run, error);
        }

      /* One who talks without end is to hear all the same. */
      pass_on (run);
    }

  return VERDICT_GO_ON;
}

static gint64
get_deadline (Run *run)
{
  const gint64 deadlines[] = { run->deadline, run->end_deadline, run->full_until };
  gint64 first = 0;

  for (guint i = 0; i < G_N_ELEMENTS (deadlines); i++)
    if (deadlines[i] != 0 && (first == 0 || deadlines[i] < first))
      first = deadlines[i];

  return first;
}

static Verdict
fail_ended (Run     *run,
            int      code,
            int      status,
            GError **error)
{
  /* By us, or on the way out: what is known of it is that it was cancelled. */
  if (at_async_task_is_cancelled (run->task))
    return fail_cancelled (error);

  if (code == CLD_KILLED || code == CLD_DUMPED)
    g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_CRASHED,
                 _("The process of the script was ended by signal %d (%s)"),
                 status, g_strsignal (status));
  else if (code != CLD_EXITED)
    g_set_error_literal (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_EXITED,
                         _("The process of the script ended before the function had; how is not known"));
  else
    g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_EXITED,
                 _("The process of the script exited with status %d before the function had ended"),
                 status);

  return VERDICT_FAILED;
}

/* The process has ended: what it has said before still counts. */
static Verdict
take_rest (Run     *run,
           int      code,
           int      status,
           GError **error)
{
  Verdict verdict = VERDICT_GO_ON;

  set_stage (run, STAGE_KILLED);
  verdict = take_frames (run, error);
  if (verdict == VERDICT_GO_ON)
    verdict = fail_ended (run, code, status, error);

  return verdict;
}

static gboolean
run_to_the_end (Run     *run,
                GError **error)
{
  AtWake *wake = &run->priv->wake;
  Verdict verdict = VERDICT_GO_ON;

  while (verdict == VERDICT_GO_ON)
    {
      int code, status;

      /* After the wake-up is cleared: what comes later wakes again. */
      pass_on (run);
      if (at_script_helper_wait (run->helper, run->end_deadline == 0 && run->full_until == 0, wake->fds[0],
                                 get_deadline (run)))
        at_wake_clear (wake);

      if (at_script_helper_has_ended (run->helper, &code, &status))
        verdict = take_rest (run, code, status, error);
      else
        verdict = take_frames (run, error);

      if (verdict == VERDICT_GO_ON && run->end_deadline != 0 && g_get_monotonic_time () >= run->end_deadline)
        verdict = fail_protocol (run, error);
    }

  return verdict == VERDICT_SUCCEEDED;
}

static void
send_job (Run        *run,
          const char *module,
          GVariant   *params)
{
  GVariantBuilder job = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  /* A path may have any bytes. */
  g_variant_builder_add (&job, "{sv}", "module",
                         g_utf8_validate (module, -1, NULL)
                           ? g_variant_new_string (module)
                           : g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, module, strlen (module), 1));
  g_variant_builder_add (&job, "{sv}", "function", g_variant_new_string (run->priv->function));
  g_variant_builder_add (&job, "{sv}", "params", params);
  g_variant_builder_add (&job, "{sv}", "paused", g_variant_new_boolean (run->is_held));
  at_script_helper_send (run->helper, AT_SCRIPT_FRAME_JOB, g_variant_builder_end (&job));
}

static gboolean
check_size (GVariant  *params,
            GError   **error)
{
  if (g_variant_get_size (params) < AT_SCRIPT_MAX_PAYLOAD)
    return TRUE;

  g_set_error_literal (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE,
                       _("The parameters are too big to be sent to a script"));

  return FALSE;
}

static gboolean
check_names (AtScriptTaskPrivate  *priv,
             GError              **error)
{
  if (priv->module != NULL && priv->function != NULL && g_utf8_validate (priv->function, -1, NULL))
    return TRUE;

  if (priv->module != NULL && priv->function != NULL)
    {
      g_autofree char *function = g_utf8_make_valid (priv->function, -1);

      g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND,
                   _("The module has no function “%s”"), function);
      return FALSE;
    }

  g_set_error_literal (error, AT_SCRIPT_ERROR,
                       priv->module == NULL ? AT_SCRIPT_ERROR_MODULE_NOT_FOUND : AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND,
                       priv->module == NULL ? _("The task has no module") : _("The task has no function"));

  return FALSE;
}

/* Runs the job in run->helper, and lets go of that. */
static gboolean
run_job (Run         *run,
         const char  *module,
         const char  *shared_key,
         GVariant    *params,
         GError     **error)
{
  gboolean succeeded;

  run->is_held = at_async_task_is_paused (run->task);
  send_job (run, module, params);
  succeeded = run_to_the_end (run, error);

  /* One that was told to stop may find that out only now, in the next job. */
  if (shared_key != NULL && run->has_ended_well && !run->is_told)
    at_script_helper_keep_idle (run->helper, shared_key);
  else
    at_script_helper_retire (run->helper, run->priv->grace_time);

  return succeeded;
}

/* Runs the job in a process that waits for one, if there is such a process. */
static Verdict
run_in_idle (Run         *run,
             const char  *module,
             const char  *warm_key,
             const char  *shared_key,
             GVariant    *params,
             GError     **error)
{
  g_autoptr (GError) idle_error = NULL;

  if (shared_key != NULL)
    run->helper = at_script_helper_take_idle (shared_key);
  if (run->helper == NULL)
    run->helper = at_script_helper_take_idle (warm_key);
  if (run->helper == NULL)
    return VERDICT_GO_ON;

  if (run_job (run, module, shared_key, params, &idle_error))
    return VERDICT_SUCCEEDED;

  /* It may have been about to die while it waited, which is no fault of this job's:
   * it has not been begun. */
  if (!run->has_started && !at_async_task_is_cancelled (run->task))
    return VERDICT_GO_ON;
  g_propagate_error (error, g_steal_pointer (&idle_error));

  return VERDICT_FAILED;
}

static gboolean
run_in_process (AtAsyncTask       *task,
                GCancellable      *cancellable,
                AtScriptLanguage   language,
                const char        *module,
                GVariant          *params,
                GError           **error)
{
  AtScriptTaskPrivate *priv = at_script_task_get_private (AT_SCRIPT_TASK (task));
  const char *interpreter = at_script_get_interpreter (priv->interpreter, language);
  g_autofree char *warm_key = at_script_get_warm_key (language, interpreter, priv->working_directory, &priv->origin);
  g_autofree char *shared_key = priv->isolated ? NULL : at_script_get_shared_key (warm_key, module);
  Run run = { task, priv, cancellable, };
  Verdict verdict = run_in_idle (&run, module, warm_key, shared_key, params, error);

  if (verdict != VERDICT_GO_ON)
    return verdict == VERDICT_SUCCEEDED;

  run = (Run) { task, priv, cancellable, };
  run.helper = at_script_helper_spawn (language, interpreter, priv->working_directory, &priv->origin, error);
  if (run.helper == NULL)
    return FALSE;

  return run_job (&run, module, shared_key, params, error);
}

static gboolean
open_wake (AtScriptTaskPrivate  *priv,
           GError              **error)
{
  gboolean is_open;

  g_mutex_lock (&priv->wake_lock);
  is_open = at_wake_open (&priv->wake, error);
  g_mutex_unlock (&priv->wake_lock);

  return is_open;
}

static void
close_wake (AtScriptTaskPrivate *priv)
{
  g_mutex_lock (&priv->wake_lock);
  at_wake_close (&priv->wake);
  g_mutex_unlock (&priv->wake_lock);
}

void
at_script_task_wake_body (AtAsyncTask *task)
{
  AtScriptTaskPrivate *priv = at_script_task_get_private (AT_SCRIPT_TASK (task));

  g_mutex_lock (&priv->wake_lock);
  at_wake_up (&priv->wake);
  g_mutex_unlock (&priv->wake_lock);
}

static void
on_cancellable_cancelled (GCancellable *cancellable,
                          AtAsyncTask  *task)
{
  at_script_task_wake_body (task);
}

gboolean
at_script_task_run (AtAsyncTask   *task,
                    const GValue  *value,
                    GCancellable  *cancellable,
                    GError       **error)
{
  AtScriptTaskPrivate *priv = at_script_task_get_private (AT_SCRIPT_TASK (task));
  g_autoptr (GVariant) params = at_script_value_from_gvalue (value, error);
  g_autofree char *module = NULL;
  AtScriptLanguage language;
  gboolean succeeded;
  gulong id;

  if (params == NULL || !check_size (params, error) || !check_names (priv, error) ||
      !find_language (priv->module, &language, error))
    return FALSE;
  module = find_module (priv->module, language, error);
  if (module == NULL || !open_wake (priv, error))
    return FALSE;

  /* Its own file descriptor aborts the program when there are none left. */
  id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancellable_cancelled), task, NULL);
  succeeded = run_in_process (task, cancellable, language, module, params, error);
  g_cancellable_disconnect (cancellable, id);
  close_wake (priv);

  return succeeded;
}
