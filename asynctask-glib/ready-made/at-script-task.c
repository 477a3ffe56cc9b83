/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-task.h"

#include "at-option-private.h"
#include "at-script-task-private.h"
#include "at-task-hooks-private.h"

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
#define DEFAULT_MAX_PENDING (16 << 20)

GParamSpec *at_script_properties[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (AtScriptTask, at_script_task, AT_TYPE_ASYNC_TASK)

AtScriptTaskPrivate *
at_script_task_get_private (AtScriptTask *self)
{
  return at_script_task_get_instance_private (self);
}

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

/* Owner: the one place where a subclass hears of the end before the last callback. The
 * body has set them; they change for the owner here. */
static void
at_script_task_notify (GObject    *object,
                       GParamSpec *pspec)
{
  AtScriptTask *self = AT_SCRIPT_TASK (object);

  if (g_str_equal (pspec->name, "outcome") && at_script_task_get_error_name (self) != NULL)
    g_object_notify_by_pspec (object, at_script_properties[PROP_ERROR_NAME]);
  if (g_str_equal (pspec->name, "outcome") && at_script_task_get_error_stack (self) != NULL)
    g_object_notify_by_pspec (object, at_script_properties[PROP_ERROR_STACK]);
  if (g_str_equal (pspec->name, "outcome") && at_script_task_get_error_details (self) != NULL)
    g_object_notify_by_pspec (object, at_script_properties[PROP_ERROR_DETAILS]);

  if (G_OBJECT_CLASS (at_script_task_parent_class)->notify != NULL)
    G_OBJECT_CLASS (at_script_task_parent_class)->notify (object, pspec);
}

static void
at_script_task_starting (AtAsyncTask *task)
{
  AtScriptTaskPrivate *priv = at_script_task_get_private (AT_SCRIPT_TASK (task));

  at_child_origin_take (&priv->origin, (const char * const *) priv->environment);
}

static void
at_script_task_finalize (GObject *object)
{
  AtScriptTaskPrivate *priv = at_script_task_get_private (AT_SCRIPT_TASK (object));

  g_clear_pointer (&priv->module, g_free);
  g_clear_pointer (&priv->function, g_free);
  g_clear_pointer (&priv->interpreter, g_free);
  g_clear_pointer (&priv->working_directory, g_free);
  g_clear_pointer (&priv->environment, g_strfreev);
  at_child_origin_clear (&priv->origin);
  g_clear_pointer (&priv->error_name, g_free);
  g_clear_pointer (&priv->error_stack, g_free);
  g_clear_pointer (&priv->error_details, g_variant_unref);
  g_mutex_clear (&priv->wake_lock);

  G_OBJECT_CLASS (at_script_task_parent_class)->finalize (object);
}

static const gsize option_offsets[N_PROPS] = {
  [PROP_MODULE] = G_STRUCT_OFFSET (AtScriptTaskPrivate, module),
  [PROP_FUNCTION] = G_STRUCT_OFFSET (AtScriptTaskPrivate, function),
  [PROP_INTERPRETER] = G_STRUCT_OFFSET (AtScriptTaskPrivate, interpreter),
  [PROP_WORKING_DIRECTORY] = G_STRUCT_OFFSET (AtScriptTaskPrivate, working_directory),
  [PROP_ENVIRONMENT] = G_STRUCT_OFFSET (AtScriptTaskPrivate, environment),
  [PROP_GRACE_TIME] = G_STRUCT_OFFSET (AtScriptTaskPrivate, grace_time),
  [PROP_ISOLATED] = G_STRUCT_OFFSET (AtScriptTaskPrivate, isolated),
};

static gpointer
get_option (GObject *object,
            guint    prop_id)
{
  return G_STRUCT_MEMBER_P (at_script_task_get_private (AT_SCRIPT_TASK (object)), option_offsets[prop_id]);
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
    case PROP_MAX_PENDING:
      g_value_set_uint64 (value, at_script_task_get_max_pending (self));
      break;
    case PROP_ERROR_NAME:
      g_value_set_string (value, at_script_task_get_error_name (self));
      break;
    case PROP_ERROR_STACK:
      g_value_set_string (value, at_script_task_get_error_stack (self));
      break;
    case PROP_ERROR_DETAILS:
      g_value_set_variant (value, at_script_task_get_error_details (self));
      break;
    default:
      at_option_get (get_option (object, prop_id), value);
    }
}

static void
at_script_task_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  if (prop_id == PROP_MAX_PENDING)
    at_script_task_set_max_pending (AT_SCRIPT_TASK (object), g_value_get_uint64 (value));
  else
    at_option_set (AT_ASYNC_TASK (object), pspec->name, pspec,
                   get_option (object, prop_id), value);
}

static void
at_script_task_class_init (AtScriptTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->finalize = at_script_task_finalize;
  object_class->get_property = at_script_task_get_property;
  object_class->set_property = at_script_task_set_property;
  object_class->notify = at_script_task_notify;

  task_class->in_background = at_script_task_run;
  task_class->control_changed = at_script_task_wake_body;

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
  at_script_properties[PROP_MODULE] =
    g_param_spec_string ("module", NULL, NULL,
                         NULL,
                         writable);

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
  at_script_properties[PROP_FUNCTION] =
    g_param_spec_string ("function", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtScriptTask:interpreter: (getter get_interpreter) (setter set_interpreter)
   *
   * The program that runs the module: a path, or a name that is looked for in
   * `PATH`; that of [func@ScriptTask.get_default_interpreter] if %NULL.
   *
   * Python may be of a virtual environment; it needs no modules. Can be set until
   * the task is executed.
   *
   * Since: 1.0
   */
  at_script_properties[PROP_INTERPRETER] =
    g_param_spec_string ("interpreter", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtScriptTask:working-directory: (getter get_working_directory) (setter set_working_directory)
   *
   * The working directory of the process; the program's own if %NULL.
   *
   * Can be set until the task is executed.
   *
   * Since: 1.0
   */
  at_script_properties[PROP_WORKING_DIRECTORY] =
    g_param_spec_string ("working-directory", NULL, NULL,
                         NULL,
                         writable);

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
  at_script_properties[PROP_ENVIRONMENT] =
    g_param_spec_boxed ("environment", NULL, NULL,
                        G_TYPE_STRV,
                        writable);

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
  at_script_properties[PROP_GRACE_TIME] =
    g_param_spec_uint ("grace-time", NULL, NULL,
                       0, G_MAXUINT, DEFAULT_GRACE_TIME,
                       writable);

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
  at_script_properties[PROP_ISOLATED] =
    g_param_spec_boolean ("isolated", NULL, NULL,
                          TRUE,
                          writable);

  /**
   * AtScriptTask:max-pending: (getter get_max_pending) (setter set_max_pending)
   *
   * How much of what the function publishes may wait for the owner, in bytes.
   *
   * When values that were not delivered yet take more than this, the function waits in
   * `publishProgress ()` until the owner has caught up, as a command does whose output is
   * not read; see [property@SubprocessTask:max-pending]. 0 is no limit.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_script_properties[PROP_MAX_PENDING] =
    g_param_spec_uint64 ("max-pending", NULL, NULL,
                         0, G_MAXUINT64, DEFAULT_MAX_PENDING,
                         writable);

  /**
   * AtScriptTask:error-name: (getter get_error_name)
   *
   * The name of the error that was thrown in the module, for example `TypeError`;
   * %NULL if none was, or if something was thrown that is not an error.
   *
   * Since: 1.0
   */
  at_script_properties[PROP_ERROR_NAME] =
    g_param_spec_string ("error-name", NULL, NULL,
                         NULL,
                         readable);

  /**
   * AtScriptTask:error-stack: (getter get_error_stack)
   *
   * Where the error was thrown in the module, as its language writes it; %NULL if
   * none was, or if something was thrown that is not an error.
   *
   * Since: 1.0
   */
  at_script_properties[PROP_ERROR_STACK] =
    g_param_spec_string ("error-stack", NULL, NULL,
                         NULL,
                         readable);

  /**
   * AtScriptTask:error-details: (getter get_error_details)
   *
   * What else a language needs to make the error that was thrown anew, for bindings of
   * it; %NULL if none was, or if nothing else is known.
   *
   * It is a dictionary. Of an exception in Python, it has `module` and `class`, which are
   * strings, the array `args`, `state`, a dictionary, and the `file` of the module, where
   * it has one.
   *
   * Since: 1.0
   */
  at_script_properties[PROP_ERROR_DETAILS] =
    g_param_spec_variant ("error-details", NULL, NULL,
                          G_VARIANT_TYPE_VARDICT,
                          NULL,
                          readable);

  g_object_class_install_properties (object_class, N_PROPS, at_script_properties);
}

static void
at_script_task_init (AtScriptTask *self)
{
  AtScriptTaskPrivate *priv = at_script_task_get_private (self);

  at_async_task_set_starting (AT_ASYNC_TASK (self), at_script_task_starting);
  at_async_task_set_backlog_in_bytes (AT_ASYNC_TASK (self), DEFAULT_MAX_PENDING);
  priv->grace_time = DEFAULT_GRACE_TIME;
  priv->isolated = TRUE;
  priv->wake = (AtWake) AT_WAKE_INIT;
  g_mutex_init (&priv->wake_lock);
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
  AtScriptTaskPrivate *priv;
  AtScriptTask *self;

  g_return_val_if_fail (module != NULL, NULL);
  g_return_val_if_fail (function != NULL, NULL);

  self = g_object_new (AT_TYPE_SCRIPT_TASK, NULL);
  priv = at_script_task_get_private (self);
  priv->module = g_strdup (module);
  priv->function = g_strdup (function);

  return self;
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

  return g_atomic_pointer_get (&at_script_task_get_private (self)->error_name);
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

  return g_atomic_pointer_get (&at_script_task_get_private (self)->error_stack);
}

/**
 * at_script_task_get_error_details: (get-property error-details)
 * @self: a script task
 *
 * Gets what else a language needs to make the error that was thrown anew, for bindings
 * of it.
 *
 * Any thread, once [method@AsyncTask.wait] has returned.
 *
 * Returns: (nullable) (transfer none): a dictionary; %NULL if no error was thrown, or
 *   nothing else is known
 *
 * Since: 1.0
 */
GVariant *
at_script_task_get_error_details (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), NULL);

  return g_atomic_pointer_get (&at_script_task_get_private (self)->error_details);
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
