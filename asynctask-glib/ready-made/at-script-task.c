/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-task.h"

#include "at-script-helper-private.h"
#include "at-script-value-private.h"
#include "at-setter-private.h"
#include "at-task-hooks-private.h"
#include "at-wake-private.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/**
 * AtScriptTask:
 *
 * A task that runs a function of a JavaScript or Python module in a process of its
 * own.
 *
 * For programs in JavaScript this is how to have work done in parallel: gjs has no
 * threads. For programs in Python it is work without the interpreter's lock, and for
 * programs in C a way to have plug-ins that cannot crash them.
 *
 * The module is a `.js` or `.mjs` file, a module of gjs that exports the function,
 * or a `.py` file for Python 3. The function is called with the parameters and a
 * task object:
 *
 * ```js
 * export function* count({limit}, task) {
 *     for (let i = 1; i <= limit; i++) {
 *         task.setFraction(i / limit);
 *         yield i;
 *     }
 *     return 'done';
 * }
 * ```
 *
 * ```python
 * def count(params, task):
 *     for i in range(1, params['limit'] + 1):
 *         task.set_fraction(i / params['limit'])
 *         yield i
 *     return 'done'
 * ```
 *
 * What it returns is the task's result. A generator's `yield` is a progress value,
 * like `task.publishProgress (value)`. Functions may be `async`, and generators
 * `async`, too: JavaScript has a running main loop meanwhile, and Python is run by
 * asyncio.
 *
 * ## The task object
 *
 * | JavaScript | Python | |
 * |---|---|---|
 * | `publishProgress (value)` | `publish_progress (value)` | [signal@AsyncTask::progress-update] with the value |
 * | `setFraction (f)` | `set_fraction (f)` | as [method@AsyncTask.set_fraction] |
 * | `setAmounts (completed, total)` | `set_amounts (completed, total)` | as [method@AsyncTask.set_amounts] |
 * | `setMessage (text)` | `set_message (text)` | as [method@AsyncTask.set_message] |
 * | `isCancelled ()` | `is_cancelled ()` | whether the task is cancelled |
 * | `checkpoint ()` | `checkpoint ()` | blocks while the task is paused, throws when it is cancelled |
 * | `cancellable` | | a [class@Gio.Cancellable] that an interrupting [method@AsyncTask.cancel] triggers |
 *
 * ## Values
 *
 * Parameters, progress and result are values that both sides have; here they are a
 * [struct@GLib.Variant]:
 *
 * | GVariant | JavaScript | Python |
 * |---|---|---|
 * | `mv`, nothing | `null`, `undefined` | `None` |
 * | `b` | boolean | `bool` |
 * | `x` | whole number, `BigInt` beyond 2⁵³ | `int` |
 * | `d` | any other number, NaN, Infinity, -0 | `float` |
 * | `s` | string | `str` |
 * | `ay` | `Uint8Array` | `bytes` |
 * | `av` | array | `list`, `tuple` |
 * | `a{sv}` | object | `dict` with `str` keys |
 *
 * The task's result, and each progress value, is a [struct@GObject.Value] of
 * `G_TYPE_VARIANT`, with one of exactly these types. Parameters may be of any type
 * that becomes one of these without loss: other integers, arrays and tuples are
 * turned into them, and so are values of the plain types of GObject: strings,
 * numbers, booleans, string arrays, [struct@GLib.Bytes], and %NULL.
 *
 * What cannot be sent is refused, and the error names where in the value it is:
 * functions, instances of classes, values that contain themselves or are nested more than
 * 32 levels deep, strings with NUL characters or that are not Unicode, integers of more
 * than 64 bits, and anything of 256 MiB or more.
 *
 * ## Errors
 *
 * An error that the function throws fails the task with %AT_SCRIPT_ERROR_THROWN and
 * `Name: message`; [property@ScriptTask:error-name] and
 * [property@ScriptTask:error-stack] have what else is known. The others of
 * [error@At.ScriptError] tell of modules that cannot be loaded and of processes that
 * die. No process can take the program with it.
 *
 * ## Cancelling and pausing
 *
 * [method@AsyncTask.cancel] without interrupting is a request: the process is told at
 * once, so the next `isCancelled ()` is true, a generator is stopped at its next
 * `yield` (its `finally` blocks run), and the function goes on otherwise. Interrupting, it also triggers
 * `task.cancellable` in JavaScript and cancels the coroutine in Python; and if the
 * function has not ended within [property@ScriptTask:grace-time], the process and
 * all that it has started are sent `SIGTERM`, and what is left of them after the
 * same time again `SIGKILL`.
 *
 * A paused task stops at the next `task.checkpoint ()`, or `yield` of a generator.
 * The process then stands still, an asynchronous function's other work included, and
 * the slot in the thread pool is free.
 *
 * When the program dies, however it does, its processes are ended.
 *
 * ## Processes
 *
 * Each task has a process of its own, unless [property@ScriptTask:isolated] is
 * %FALSE. Starting one takes as long as starting the interpreter;
 * [func@ScriptTask.prewarm] does that ahead. A worker thread waits for the process,
 * so the default executor, which is serial, runs one script at a time; for several,
 * execute them on [func@ThreadPoolExecutor.get_default].
 *
 * What the function prints goes where the program's own output goes. Its standard
 * input is empty.
 *
 * Since: 1.0
 */

#define DEFAULT_GRACE_TIME 2000

/* How long a process that has closed the channel may take to end. */
#define END_USEC (2 * G_USEC_PER_SEC)

struct _AtScriptTask
{
  AtAsyncTask       parent_instance;

  /* Set before the task is executed, constant afterwards. */
  char             *module;
  char             *function;
  char             *interpreter;
  char             *working_directory;
  char            **environment;
  guint             grace_time;
  gboolean          isolated;

  /* Whoever starts the task, then the body. */
  AtChildOrigin     origin;

  /* The body's thread, once and before it ends; atomic. */
  char             *error_name;
  char             *error_stack;

  /* Of the body that waits for its process; closed when there is none. */
  GMutex            wake_lock;
  AtWake            wake;
};

enum
{
  PROP_MODULE = 1,
  PROP_FUNCTION,
  PROP_INTERPRETER,
  PROP_WORKING_DIRECTORY,
  PROP_ENVIRONMENT,
  PROP_GRACE_TIME,
  PROP_ISOLATED,
  PROP_ERROR_NAME,
  PROP_ERROR_STACK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtScriptTask, at_script_task, AT_TYPE_ASYNC_TASK)

/**
 * at_script_error_quark:
 *
 * Gets the domain of the errors of script tasks, [error@At.ScriptError].
 *
 * Any thread.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (at-script-error-quark, at_script_error)

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
  AtScriptTask   *self;
  AtAsyncTask    *task;
  GCancellable   *cancellable;
  AtScriptHelper *helper;
  Stage           stage;
  gint64          deadline;        /* of the stage; 0: none */
  gint64          end_deadline;    /* the channel is closed; 0: it is not */
  gboolean        is_told;         /* that the task is cancelled */
  gboolean        is_held;         /* told that it is paused, and has not asked since */
  gboolean        has_started;     /* the process has taken the job */
  gboolean        has_ended_well;  /* ... and waits for the next one */
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

static const char *
get_interpreter (const char       *interpreter,
                 AtScriptLanguage  language)
{
  if (interpreter != NULL)
    return interpreter;

  return language == AT_SCRIPT_LANGUAGE_PYTHON ? "python3" : "gjs";
}

/* What a process is like that runs modules of @language: those of one key are as
 * good as each other. A process keeps the working directory and the environment
 * which the program had when it was started, so they are in the key, be they the
 * program's or the task's own. Any part may have any characters; so each comes with
 * its length. */
static char *
get_warm_key (AtScriptLanguage    language,
              const char         *interpreter,
              const char         *working_directory,
              AtChildOrigin      *origin)
{
  g_autofree char *directory = g_canonicalize_filename (working_directory != NULL ? working_directory : ".", NULL);
  char **environment = origin->environment;
  GString *key = g_string_new (NULL);

  g_string_append_printf (key, "%d %zu:%s %zu:%s", language, strlen (interpreter), interpreter,
                          strlen (directory), directory);
  for (gsize i = 0; environment[i] != NULL; i++)
    g_string_append_printf (key, " %zu:%s", strlen (environment[i]), environment[i]);

  return g_string_free (key, FALSE);
}

/* ... and that has loaded @module. */
static char *
get_shared_key (const char *warm_key,
                const char *module)
{
  return g_strdup_printf ("%s in %s", module, warm_key);
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
  AtScriptError code;

  if (!at_script_frame_get_error (value, &code, &name, &text, &stack))
    return FALSE;
  g_set_error_literal (error, AT_SCRIPT_ERROR, code, text);

  g_atomic_pointer_set (&run->self->error_name, g_steal_pointer (&name));
  g_atomic_pointer_set (&run->self->error_stack, g_steal_pointer (&stack));

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
    ? 0 : g_get_monotonic_time () + (gint64) run->self->grace_time * 1000;
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

/* All that is there. */
static Verdict
take_frames (Run     *run,
             GError **error)
{
  for (;;)
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
}

static gint64
get_deadline (Run *run)
{
  if (run->deadline == 0 || run->end_deadline == 0)
    return MAX (run->deadline, run->end_deadline);

  return MIN (run->deadline, run->end_deadline);
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
  AtWake *wake = &run->self->wake;
  Verdict verdict = VERDICT_GO_ON;

  while (verdict == VERDICT_GO_ON)
    {
      int code, status;

      /* After the wake-up is cleared: what comes later wakes again. */
      pass_on (run);
      if (at_script_helper_wait (run->helper, run->end_deadline == 0, wake->fds[0], get_deadline (run)))
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
  g_variant_builder_add (&job, "{sv}", "function", g_variant_new_string (run->self->function));
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
check_names (AtScriptTask  *self,
             GError       **error)
{
  if (self->module != NULL && self->function != NULL && g_utf8_validate (self->function, -1, NULL))
    return TRUE;

  if (self->module != NULL && self->function != NULL)
    {
      g_autofree char *function = g_utf8_make_valid (self->function, -1);

      g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND,
                   _("The module has no function “%s”"), function);
      return FALSE;
    }

  g_set_error_literal (error, AT_SCRIPT_ERROR,
                       self->module == NULL ? AT_SCRIPT_ERROR_MODULE_NOT_FOUND : AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND,
                       self->module == NULL ? _("The task has no module") : _("The task has no function"));

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
    at_script_helper_retire (run->helper, run->self->grace_time);

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
run_in_process (AtScriptTask      *self,
                GCancellable      *cancellable,
                AtScriptLanguage   language,
                const char        *module,
                GVariant          *params,
                GError           **error)
{
  const char *interpreter = get_interpreter (self->interpreter, language);
  g_autofree char *warm_key = get_warm_key (language, interpreter, self->working_directory, &self->origin);
  g_autofree char *shared_key = self->isolated ? NULL : get_shared_key (warm_key, module);
  Run run = { self, AT_ASYNC_TASK (self), cancellable, };
  Verdict verdict = run_in_idle (&run, module, warm_key, shared_key, params, error);

  if (verdict != VERDICT_GO_ON)
    return verdict == VERDICT_SUCCEEDED;

  run = (Run) { self, AT_ASYNC_TASK (self), cancellable, };
  run.helper = at_script_helper_spawn (language, interpreter, self->working_directory, &self->origin, error);
  if (run.helper == NULL)
    return FALSE;

  return run_job (&run, module, shared_key, params, error);
}

static gboolean
open_wake (AtScriptTask  *self,
           GError       **error)
{
  gboolean is_open;

  g_mutex_lock (&self->wake_lock);
  is_open = at_wake_open (&self->wake, error);
  g_mutex_unlock (&self->wake_lock);

  return is_open;
}

static void
close_wake (AtScriptTask *self)
{
  g_mutex_lock (&self->wake_lock);
  at_wake_close (&self->wake);
  g_mutex_unlock (&self->wake_lock);
}

/* Any thread. */
static void
wake_body (AtScriptTask *self)
{
  g_mutex_lock (&self->wake_lock);
  at_wake_up (&self->wake);
  g_mutex_unlock (&self->wake_lock);
}

static void
on_cancellable_cancelled (GCancellable *cancellable,
                          AtScriptTask *self)
{
  wake_body (self);
}

static gboolean
at_script_task_in_background (AtAsyncTask   *task,
                              const GValue  *value,
                              GCancellable  *cancellable,
                              GError       **error)
{
  AtScriptTask *self = AT_SCRIPT_TASK (task);
  g_autoptr (GVariant) params = at_script_value_from_gvalue (value, error);
  g_autofree char *module = NULL;
  AtScriptLanguage language;
  gboolean succeeded;
  gulong id;

  if (params == NULL || !check_size (params, error) || !check_names (self, error) ||
      !find_language (self->module, &language, error))
    return FALSE;
  module = find_module (self->module, language, error);
  if (module == NULL || !open_wake (self, error))
    return FALSE;

  /* Its own file descriptor aborts the program when there are none left. */
  id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancellable_cancelled), self, NULL);
  succeeded = run_in_process (self, cancellable, language, module, params, error);
  g_cancellable_disconnect (cancellable, id);
  close_wake (self);

  return succeeded;
}

static void
at_script_task_control_changed (AtAsyncTask *task)
{
  wake_body (AT_SCRIPT_TASK (task));
}

static void
at_script_task_failed (AtAsyncTask  *task,
                       const GError *error)
{
  AtScriptTask *self = AT_SCRIPT_TASK (task);

  /* They were set on the worker; they change for the owner here. */
  if (self->error_name != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR_NAME]);
  if (self->error_stack != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR_STACK]);

  AT_ASYNC_TASK_CLASS (at_script_task_parent_class)->failed (task, error);
}

static void
at_script_task_starting (AtAsyncTask *task)
{
  AtScriptTask *self = AT_SCRIPT_TASK (task);

  at_child_origin_take (&self->origin, (const char * const *) self->environment);
}

static void
at_script_task_finalize (GObject *object)
{
  AtScriptTask *self = AT_SCRIPT_TASK (object);

  g_clear_pointer (&self->module, g_free);
  g_clear_pointer (&self->function, g_free);
  g_clear_pointer (&self->interpreter, g_free);
  g_clear_pointer (&self->working_directory, g_free);
  g_clear_pointer (&self->environment, g_strfreev);
  at_child_origin_clear (&self->origin);
  g_clear_pointer (&self->error_name, g_free);
  g_clear_pointer (&self->error_stack, g_free);
  g_mutex_clear (&self->wake_lock);

  G_OBJECT_CLASS (at_script_task_parent_class)->finalize (object);
}

static void
at_script_task_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  AtScriptTask *self = AT_SCRIPT_TASK (object);

  switch (prop_id)
    {
    case PROP_MODULE:
      g_value_set_string (value, self->module);
      break;
    case PROP_FUNCTION:
      g_value_set_string (value, self->function);
      break;
    case PROP_INTERPRETER:
      g_value_set_string (value, self->interpreter);
      break;
    case PROP_WORKING_DIRECTORY:
      g_value_set_string (value, self->working_directory);
      break;
    case PROP_ENVIRONMENT:
      g_value_set_boxed (value, self->environment);
      break;
    case PROP_GRACE_TIME:
      g_value_set_uint (value, self->grace_time);
      break;
    case PROP_ISOLATED:
      g_value_set_boolean (value, self->isolated);
      break;
    case PROP_ERROR_NAME:
      g_value_set_string (value, at_script_task_get_error_name (self));
      break;
    case PROP_ERROR_STACK:
      g_value_set_string (value, at_script_task_get_error_stack (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_script_task_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  AtScriptTask *self = AT_SCRIPT_TASK (object);

  switch (prop_id)
    {
    case PROP_MODULE:
      at_script_task_set_module (self, g_value_get_string (value));
      break;
    case PROP_FUNCTION:
      at_script_task_set_function (self, g_value_get_string (value));
      break;
    case PROP_INTERPRETER:
      at_script_task_set_interpreter (self, g_value_get_string (value));
      break;
    case PROP_WORKING_DIRECTORY:
      at_script_task_set_working_directory (self, g_value_get_string (value));
      break;
    case PROP_ENVIRONMENT:
      at_script_task_set_environment (self, g_value_get_boxed (value));
      break;
    case PROP_GRACE_TIME:
      at_script_task_set_grace_time (self, g_value_get_uint (value));
      break;
    case PROP_ISOLATED:
      at_script_task_set_isolated (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_script_task_class_init (AtScriptTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  object_class->finalize = at_script_task_finalize;
  object_class->get_property = at_script_task_get_property;
  object_class->set_property = at_script_task_set_property;

  task_class->in_background = at_script_task_in_background;
  task_class->failed = at_script_task_failed;
  task_class->control_changed = at_script_task_control_changed;

  /* As with the library's other domain, see there. */
  at_script_error_quark ();

  /**
   * AtScriptTask:module: (getter get_module) (setter set_module)
   *
   * The module that has the function: the path or `file:` URI of a `.js`, `.mjs` or
   * `.py` file.
   *
   * A relative path is relative to the program's working directory. Can be set
   * until the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_MODULE] =
    g_param_spec_string ("module", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:function: (getter get_function) (setter set_function)
   *
   * The name of the function that the task runs; `default` for the default export
   * of a JavaScript module.
   *
   * Can be set until the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_FUNCTION] =
    g_param_spec_string ("function", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:interpreter: (getter get_interpreter) (setter set_interpreter)
   *
   * The program that runs the module: a path, or a name that is looked for in
   * `PATH`; by the name of the module, `gjs` or `python3`, if %NULL.
   *
   * Python may be of a virtual environment; it needs no modules. Can be set until
   * the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_INTERPRETER] =
    g_param_spec_string ("interpreter", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:working-directory: (getter get_working_directory) (setter set_working_directory)
   *
   * The working directory of the process; the program's own if %NULL.
   *
   * Can be set until the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_WORKING_DIRECTORY] =
    g_param_spec_string ("working-directory", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:environment: (getter get_environment) (setter set_environment)
   *
   * The environment of the process, as `NAME=value` strings; the program's own if
   * %NULL.
   *
   * Can be set until the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_ENVIRONMENT] =
    g_param_spec_boxed ("environment", NULL, NULL,
                        G_TYPE_STRV,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:grace-time: (getter get_grace_time) (setter set_grace_time)
   *
   * How many milliseconds an interrupted function has to end by itself.
   *
   * Then the process is sent `SIGTERM`, and after the same time again `SIGKILL`. A
   * process that does not exit once its function has ended has as long. Can be set
   * until the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_GRACE_TIME] =
    g_param_spec_uint ("grace-time", NULL, NULL,
                       0, G_MAXUINT, DEFAULT_GRACE_TIME,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:isolated: (getter get_isolated) (setter set_isolated)
   *
   * Whether the task has a process of its own.
   *
   * If not, it may run in a process in which another task that is not isolated has
   * run a function of the same module, with the same interpreter, working directory
   * and environment. The module is then loaded already, which saves the time for
   * it and the start of the interpreter; but what it keeps in variables is still
   * there, too. A process that nobody uses ends after a minute. Can be set until the
   * task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_ISOLATED] =
    g_param_spec_boolean ("isolated", NULL, NULL,
                          TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:error-name: (getter get_error_name)
   *
   * The name of the error that was thrown in the module, for example `TypeError`;
   * %NULL if none was, or if something was thrown that is not an error.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR_NAME] =
    g_param_spec_string ("error-name", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtScriptTask:error-stack: (getter get_error_stack)
   *
   * Where the error was thrown in the module, as its language writes it; %NULL if
   * none was, or if something was thrown that is not an error.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR_STACK] =
    g_param_spec_string ("error-stack", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_script_task_init (AtScriptTask *self)
{
  at_async_task_set_starting (AT_ASYNC_TASK (self), at_script_task_starting);
  self->grace_time = DEFAULT_GRACE_TIME;
  self->isolated = TRUE;
  self->wake = (AtWake) AT_WAKE_INIT;
  g_mutex_init (&self->wake_lock);
}

/**
 * at_script_task_new:
 * @module: the path or `file:` URI of a `.js`, `.mjs` or `.py` file
 * @function: the name of a function that it exports
 *
 * Creates a task that runs a function of a JavaScript or Python module in a process
 * of its own.
 *
 * Whether there is such a function shows when the task runs.
 *
 * Any thread; the thread that makes a task counts as the owner's as long as nobody
 * iterates the owner context.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtScriptTask *
at_script_task_new (const char *module,
                    const char *function)
{
  AtScriptTask *self;

  g_return_val_if_fail (module != NULL, NULL);
  g_return_val_if_fail (function != NULL, NULL);

  self = g_object_new (AT_TYPE_SCRIPT_TASK, NULL);
  self->module = g_strdup (module);
  self->function = g_strdup (function);

  return self;
}

/**
 * at_script_task_get_module: (get-property module)
 * @self: a script task
 *
 * Gets the module that has the function: the path or `file:` URI of a `.js`, `.mjs`
 * or `.py` file.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable): a path or URI, or %NULL if the task has no module yet
 *
 * Since: 1.0
 */
const char *
at_script_task_get_module (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return self->module;
}

/**
 * at_script_task_set_module: (set-property module)
 * @self: a script task
 * @module: (nullable): a path or URI
 *
 * Sets the module that has the function: the path or `file:` URI of a `.js`, `.mjs`
 * or `.py` file.
 *
 * A relative path is relative to the program's working directory.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_module (AtScriptTask *self,
                           const char   *module)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->module, module))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODULE]);
}

/**
 * at_script_task_get_function: (get-property function)
 * @self: a script task
 *
 * Gets the name of the function that the task runs.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable): a name, or %NULL if the task has no function yet
 *
 * Since: 1.0
 */
const char *
at_script_task_get_function (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return self->function;
}

/**
 * at_script_task_set_function: (set-property function)
 * @self: a script task
 * @function: (nullable): a name
 *
 * Sets the name of the function that the task runs; `default` for the default export
 * of a JavaScript module.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_function (AtScriptTask *self,
                             const char   *function)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->function, function))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FUNCTION]);
}

/**
 * at_script_task_get_interpreter: (get-property interpreter)
 * @self: a script task
 *
 * Gets the program that runs the module.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable): a path or name; %NULL: by the name of the module, `gjs` or
 *   `python3`
 *
 * Since: 1.0
 */
const char *
at_script_task_get_interpreter (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return self->interpreter;
}

/**
 * at_script_task_set_interpreter: (set-property interpreter)
 * @self: a script task
 * @interpreter: (nullable): a path, or a name that is looked for in `PATH`; %NULL: by
 *   the name of the module, `gjs` or `python3`
 *
 * Sets the program that runs the module.
 *
 * Python may be of a virtual environment; it needs no modules.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_interpreter (AtScriptTask *self,
                                const char   *interpreter)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->interpreter, interpreter))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERPRETER]);
}

/**
 * at_script_task_get_working_directory: (get-property working-directory)
 * @self: a script task
 *
 * Gets the working directory of the process.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable) (type filename): a path; %NULL: the program's own
 *
 * Since: 1.0
 */
const char *
at_script_task_get_working_directory (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return self->working_directory;
}

/**
 * at_script_task_set_working_directory: (set-property working-directory)
 * @self: a script task
 * @working_directory: (nullable) (type filename): a path; %NULL: the program's own
 *
 * Sets the working directory of the process.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_working_directory (AtScriptTask *self,
                                      const char   *working_directory)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->working_directory, working_directory))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKING_DIRECTORY]);
}

/**
 * at_script_task_get_environment: (get-property environment)
 * @self: a script task
 *
 * Gets the environment of the process, as `NAME=value` strings.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1) (element-type filename):
 *   an environment; %NULL: the program's own
 *
 * Since: 1.0
 */
const char * const *
at_script_task_get_environment (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return (const char * const *) self->environment;
}

/**
 * at_script_task_set_environment: (set-property environment)
 * @self: a script task
 * @environment: (nullable) (array zero-terminated=1) (element-type filename): an
 *   environment; %NULL: the program's own
 *
 * Sets the environment of the process, as `NAME=value` strings.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_environment (AtScriptTask       *self,
                                const char * const *environment)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_strv (&self->environment, environment))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENVIRONMENT]);
}

/**
 * at_script_task_get_grace_time: (get-property grace-time)
 * @self: a script task
 *
 * Gets how many milliseconds an interrupted function has to end by itself.
 *
 * Any thread, once the task is executed.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
at_script_task_get_grace_time (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), 0);

  return self->grace_time;
}

/**
 * at_script_task_set_grace_time: (set-property grace-time)
 * @self: a script task
 * @grace_time: milliseconds; 2000 unless set
 *
 * Sets how many milliseconds an interrupted function has to end by itself.
 *
 * Then the process is sent `SIGTERM`, and after the same time again `SIGKILL`. A
 * process that does not exit once its function has ended has as long.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_grace_time (AtScriptTask *self,
                               guint         grace_time)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->grace_time == grace_time)
    return;

  self->grace_time = grace_time;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRACE_TIME]);
}

/**
 * at_script_task_get_isolated: (get-property isolated)
 * @self: a script task
 *
 * Gets whether the task has a process of its own.
 *
 * Any thread, once the task is executed.
 *
 * Returns: %TRUE if it has
 *
 * Since: 1.0
 */
gboolean
at_script_task_get_isolated (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), TRUE);

  return self->isolated;
}

/**
 * at_script_task_set_isolated: (set-property isolated)
 * @self: a script task
 * @isolated: %FALSE if it may share one with others
 *
 * Sets whether the task has a process of its own.
 *
 * If not, it may run in a process in which another task that is not isolated has
 * run a function of the same module, with the same interpreter, working directory and
 * environment. The module is then loaded already, which saves the time for it and
 * the start of the interpreter; but what it keeps in variables is still there, too. A
 * process that nobody uses ends after a minute.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_isolated (AtScriptTask *self,
                             gboolean      isolated)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  isolated = !!isolated;
  if (self->isolated == isolated)
    return;

  self->isolated = isolated;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ISOLATED]);
}

/**
 * at_script_task_get_error_name: (get-property error-name)
 * @self: a script task
 *
 * Gets the name of the error that was thrown in the module, for example `TypeError`.
 *
 * Any thread, once [method@AsyncTask.wait] has returned.
 *
 * Returns: (nullable): a name; %NULL if no error was thrown, or something that is not
 *   an error
 *
 * Since: 1.0
 */
const char *
at_script_task_get_error_name (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return g_atomic_pointer_get (&self->error_name);
}

/**
 * at_script_task_get_error_stack: (get-property error-stack)
 * @self: a script task
 *
 * Gets where the error was thrown in the module, as its language writes it.
 *
 * Any thread, once [method@AsyncTask.wait] has returned.
 *
 * Returns: (nullable): several lines; %NULL if no error was thrown, or something that
 *   is not an error
 *
 * Since: 1.0
 */
const char *
at_script_task_get_error_stack (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return g_atomic_pointer_get (&self->error_stack);
}

/**
 * at_script_value_from_bytes:
 * @type: the type string of a [struct@GLib.Variant]
 * @bytes: a value of that type, serialized
 *
 * Makes a [struct@GLib.Variant] of its serialized form, for bindings of languages.
 *
 * A binding that writes a whole value itself, as the runners of scripts do, has one object
 * for it instead of one for each part. This is not [ctor@GLib.Variant.new_from_bytes], as
 * what that returns is floating, which gjs never frees. The bytes need not be valid, as for
 * that function.
 *
 * Any thread.
 *
 * Returns: (transfer full): the value
 *
 * Since: 1.0
 */
GVariant *
at_script_value_from_bytes (const char *type,
                            GBytes     *bytes)
{
  g_return_val_if_fail (type != NULL && g_variant_type_string_is_valid (type), NULL);
  g_return_val_if_fail (g_variant_type_is_definite (G_VARIANT_TYPE (type)), NULL);
  g_return_val_if_fail (bytes != NULL, NULL);

  return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes, FALSE));
}

/**
 * at_script_task_prewarm:
 * @language: the language of the modules to come
 * @n_processes: how many processes are to wait for a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Has processes ready in which the interpreter is running already.
 *
 * Each is used by one task of that language that sets no interpreter of its own. No
 * module is loaded in it before that. It has the working directory and the environment
 * that the program has now; a task that would have others, its own or those that the
 * program has changed to, has a process started for it as if there was none. Those
 * that no task has used within a minute end, and so do those above
 * @n_processes, at once; 0 ends all of this language that wait, also those that tasks
 * which are not [property@ScriptTask:isolated] have left.
 *
 * A good moment is when the user opens what tasks are started from.
 *
 * Any thread.
 *
 * Returns: %TRUE, or %FALSE with @error set if a process could not be started
 *
 * Since: 1.0
 */
gboolean
at_script_task_prewarm (AtScriptLanguage   language,
                        guint              n_processes,
                        GError           **error)
{
  const char *interpreter = get_interpreter (NULL, language);
  g_auto (AtChildOrigin) origin = { NULL, NULL };
  g_autofree char *key = NULL;
  guint n;

  g_return_val_if_fail (language == AT_SCRIPT_LANGUAGE_JAVASCRIPT || language == AT_SCRIPT_LANGUAGE_PYTHON, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  at_child_origin_take (&origin, NULL);
  key = get_warm_key (language, interpreter, NULL, &origin);
  if (n_processes == 0)
    at_script_helper_drop_idle (language);

  n = at_script_helper_trim_idle (key, n_processes);
  for (; n < MIN (n_processes, AT_SCRIPT_MAX_IDLE); n++)
    {
      AtScriptHelper *helper = at_script_helper_spawn (language, interpreter, NULL, &origin, error);

      if (helper == NULL)
        return FALSE;
      at_script_helper_keep_idle (helper, key);
    }

  return TRUE;
}
