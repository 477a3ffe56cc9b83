/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-transfer-task.h"

#include "at-broken-pipe-private.h"
#include "at-enum-types.h"
#include "at-option-private.h"
#include "at-task-hooks-private.h"
#include "at-transfer-private.h"

/**
 * AtTransferTask:
 *
 * A task that copies a stream in the background.
 *
 * It moves everything from the [property@TransferTask:source] to the
 * [property@TransferTask:sink] and tells how far it is: its amounts are bytes, and
 * [property@AsyncTask:rate] and [property@AsyncTask:remaining] follow from them.
 * The result is the number of bytes that were moved, a `guint64`; a task that was
 * cancelled, or that failed, has one, too.
 *
 * ```c
 * g_autoptr (AtTransferTask) task = at_transfer_task_new (source, sink, size);
 *
 * at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
 * g_object_bind_property (task, "fraction", bar, "fraction", G_BINDING_DEFAULT);
 * g_signal_connect (task, "post-execute", G_CALLBACK (on_copied), window);
 * at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error);
 * ```
 *
 * While the task runs the streams are its own: nobody else may use them.
 *
 * ## Pausing and cancelling
 *
 * Both work between two reads or writes, and also inside one that blocks:
 * [method@AsyncTask.pause] and an interrupting [method@AsyncTask.cancel] end it as
 * a [class@Gio.Cancellable] does, so that a paused transfer frees its thread even
 * while the source is silent. Nothing that was read is lost by pausing. The stream
 * has to keep to what GIO says about cancelled operations, as GIO's own do; one
 * that does not look at its cancellable goes on until the call returns.
 *
 * ## Closing
 *
 * With %AT_TRANSFER_CLOSE_SINK, a sink is closed properly only after everything
 * has been moved, verified, and the source closed. In all other cases it is closed
 * with a cancellable that is cancelled already. To a stream from
 * [method@Gio.File.replace] this means that the old file is left as it was; where
 * there was none, what was written stays.
 *
 * Since: 1.0
 */

#define DEFAULT_BUFFER_SIZE (256 * 1024)
#define MAX_BUFFER_SIZE     (1024 * 1024 * 1024)

enum
{
  PROP_SOURCE = 1,
  PROP_SINK,
  PROP_SIZE,
  PROP_FLAGS,
  PROP_BUFFER_SIZE,
  PROP_CHECKSUM_TYPE,
  PROP_EXPECTED_CHECKSUM,
  PROP_CHECKSUM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (AtTransferTask, at_transfer_task, AT_TYPE_ASYNC_TASK)

AtTransferTaskPrivate *
at_transfer_task_get_private (AtTransferTask *self)
{
  return at_transfer_task_get_instance_private (self);
}

static void
at_transfer_task_starting (AtAsyncTask *task)
{
  AtTransferTaskPrivate *priv = at_transfer_task_get_private (AT_TRANSFER_TASK (task));

  /* One that is in a queue shows how much there is to do. */
  if (priv->size != 0)
    at_async_task_set_amounts (task, 0, priv->size);
}

static void
at_transfer_task_control_changed (AtAsyncTask *task)
{
  if (at_async_task_is_paused (task))
    at_transfer_task_interrupt (at_transfer_task_get_private (AT_TRANSFER_TASK (task)));
}

/* A task whose body never ran has streams to close all the same. */
static void
abandon_unrun (AtTransferTask *self)
{
  AtTransferTaskPrivate *priv = at_transfer_task_get_private (self);

  if (priv->was_abandoned || g_atomic_int_get (&priv->has_begun) ||
      at_async_task_get_status (AT_ASYNC_TASK (self)) == AT_STATUS_PENDING)
    return;

  priv->was_abandoned = TRUE;
  at_transfer_task_abandon (priv);
}

/* The outcome is notified in the owner context before the last callback, and the
 * class hears of it before anybody who is connected. */
static void
at_transfer_task_notify (GObject    *object,
                         GParamSpec *pspec)
{
  AtTransferTask *self = AT_TRANSFER_TASK (object);
  AtTransferTaskPrivate *priv = at_transfer_task_get_private (self);

  if (g_str_equal (pspec->name, "outcome"))
    {
      abandon_unrun (self);
      if (g_atomic_pointer_get (&priv->checksum) != NULL)
        g_object_notify_by_pspec (object, properties[PROP_CHECKSUM]);
    }

  if (G_OBJECT_CLASS (at_transfer_task_parent_class)->notify != NULL)
    G_OBJECT_CLASS (at_transfer_task_parent_class)->notify (object, pspec);
}

/* In the owner context, as the base class sees to. */
static void
at_transfer_task_finalize (GObject *object)
{
  AtTransferTask *self = AT_TRANSFER_TASK (object);
  AtTransferTaskPrivate *priv = at_transfer_task_get_private (self);
  AtBrokenPipe broken_pipe;

  /* Nobody was told of the end of one whose owner, or context, was gone. */
  abandon_unrun (self);

  /* These may be the last references, and what a stream still holds is written then. */
  at_broken_pipe_begin (&broken_pipe);
  g_clear_object (&priv->source);
  g_clear_object (&priv->sink);
  at_broken_pipe_end (&broken_pipe);
  g_clear_pointer (&priv->checksum_type, g_free);
  g_clear_pointer (&priv->expected_checksum, g_free);
  g_clear_pointer (&priv->checksum, g_free);
  g_slist_free_full (g_steal_pointer (&priv->former_checksums), g_free);
  g_mutex_clear (&priv->lock);

  G_OBJECT_CLASS (at_transfer_task_parent_class)->finalize (object);
}

static const gsize option_offsets[N_PROPS] = {
  [PROP_SOURCE] = G_STRUCT_OFFSET (AtTransferTaskPrivate, source),
  [PROP_SINK] = G_STRUCT_OFFSET (AtTransferTaskPrivate, sink),
  [PROP_SIZE] = G_STRUCT_OFFSET (AtTransferTaskPrivate, size),
  [PROP_FLAGS] = G_STRUCT_OFFSET (AtTransferTaskPrivate, flags),
  [PROP_BUFFER_SIZE] = G_STRUCT_OFFSET (AtTransferTaskPrivate, buffer_size),
  [PROP_CHECKSUM_TYPE] = G_STRUCT_OFFSET (AtTransferTaskPrivate, checksum_type),
  [PROP_EXPECTED_CHECKSUM] = G_STRUCT_OFFSET (AtTransferTaskPrivate, expected_checksum),
};

static gpointer
get_option (GObject *object,
            guint    prop_id)
{
  return G_STRUCT_MEMBER_P (at_transfer_task_get_private (AT_TRANSFER_TASK (object)), option_offsets[prop_id]);
}

static void
at_transfer_task_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (prop_id == PROP_CHECKSUM)
    g_value_set_string (value, at_transfer_task_get_checksum (AT_TRANSFER_TASK (object)));
  else
    at_option_get (get_option (object, prop_id), value);
}

static void
at_transfer_task_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  if (prop_id == PROP_EXPECTED_CHECKSUM)
    at_transfer_task_set_expected_checksum (AT_TRANSFER_TASK (object), g_value_get_string (value));
  else
    at_option_set (AT_ASYNC_TASK (object), pspec->name, pspec,
                   get_option (object, prop_id), value);
}

static void
at_transfer_task_class_init (AtTransferTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->finalize = at_transfer_task_finalize;
  object_class->get_property = at_transfer_task_get_property;
  object_class->notify = at_transfer_task_notify;
  object_class->set_property = at_transfer_task_set_property;

  task_class->in_background = at_transfer_task_run;
  task_class->control_changed = at_transfer_task_control_changed;

  /**
   * AtTransferTask:source: (getter get_source) (setter set_source)
   *
   * The stream to read from.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_SOURCE] =
    g_param_spec_object ("source", NULL, NULL,
                         G_TYPE_INPUT_STREAM,
                         writable);

  /**
   * AtTransferTask:sink: (getter get_sink) (setter set_sink)
   *
   * The stream to write to.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_SINK] =
    g_param_spec_object ("sink", NULL, NULL,
                         G_TYPE_OUTPUT_STREAM,
                         writable);

  /**
   * AtTransferTask:size: (getter get_size) (setter set_size)
   *
   * How many bytes the source is expected to have; 0 if that is unknown.
   *
   * [property@AsyncTask:total] is this while the task runs.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_SIZE] =
    g_param_spec_uint64 ("size", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         writable);

  /**
   * AtTransferTask:flags: (getter get_flags) (setter set_flags)
   *
   * What the task does beside copying.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_FLAGS] =
    g_param_spec_flags ("flags", NULL, NULL,
                        AT_TYPE_TRANSFER_FLAGS, AT_TRANSFER_NONE,
                        writable);

  /**
   * AtTransferTask:buffer-size: (getter get_buffer_size) (setter set_buffer_size)
   *
   * How many bytes are moved at once, at most; 256 KiB unless set, up to 1 GiB.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_BUFFER_SIZE] =
    g_param_spec_uint ("buffer-size", NULL, NULL,
                       1, MAX_BUFFER_SIZE, DEFAULT_BUFFER_SIZE,
                       writable);

  /**
   * AtTransferTask:checksum-type: (getter get_checksum_type) (setter set_checksum_type)
   *
   * Which checksum of the data to compute: `md5`, `sha1`, `sha256`, `sha384` or
   * `sha512`; %NULL for none, or for that of
   * [property@TransferTask:expected-checksum].
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKSUM_TYPE] =
    g_param_spec_string ("checksum-type", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtTransferTask:expected-checksum: (getter get_expected_checksum) (setter set_expected_checksum)
   *
   * The checksum that the data must have, in hexadecimal digits; %NULL if it may
   * have any.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_EXPECTED_CHECKSUM] =
    g_param_spec_string ("expected-checksum", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtTransferTask:checksum: (getter get_checksum)
   *
   * The checksum of the data that was moved, in small hexadecimal digits; set
   * before the last callback.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKSUM] =
    g_param_spec_string ("checksum", NULL, NULL,
                         NULL,
                         readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_transfer_task_init (AtTransferTask *self)
{
  AtTransferTaskPrivate *priv = at_transfer_task_get_private (self);

  g_mutex_init (&priv->lock);
  priv->buffer_size = DEFAULT_BUFFER_SIZE;
  at_async_task_set_starting (AT_ASYNC_TASK (self), at_transfer_task_starting);
  at_async_task_set_unit (AT_ASYNC_TASK (self), AT_PROGRESS_UNIT_BYTES);
}

#define OPTION(CType, option, prop)                                            \
  AT_DEFINE_OPTION (AtTransferTask, transfer_task, TRANSFER_TASK,              \
                    CType, option, properties[prop])

/**
 * at_transfer_task_new:
 * @source: the stream to read from
 * @sink: the stream to write to
 * @total: how many bytes the source is expected to have, or 0 if that is unknown
 *
 * Creates a task that copies a stream.
 *
 * @total is for [property@AsyncTask:fraction] and
 * [property@AsyncTask:remaining]; everything up to the end of @source is copied,
 * unless [property@TransferTask:flags] say %AT_TRANSFER_EXACT.
 *
 * Any thread; the thread that makes a task counts as the owner's as long as
 * nobody iterates the owner context.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtTransferTask *
at_transfer_task_new (GInputStream  *source,
                      GOutputStream *sink,
                      guint64        total)
{
  AtTransferTaskPrivate *priv;
  AtTransferTask *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (source), NULL);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (sink), NULL);

  self = g_object_new (AT_TYPE_TRANSFER_TASK, NULL);
  priv = at_transfer_task_get_private (self);
  priv->source = g_object_ref (source);
  priv->sink = g_object_ref (sink);
  priv->size = total;

  return self;
}

/**
 * at_transfer_task_get_source: (get-property source)
 * @self: a task
 *
 * Gets the stream to read from.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): a stream, or %NULL if none was set
 *
 * Since: 1.0
 */

/**
 * at_transfer_task_set_source: (set-property source)
 * @self: a task
 * @source: (nullable): a stream
 *
 * Sets the stream to read from.
 *
 * A task that has none when it runs fails with %G_IO_ERROR_INVALID_ARGUMENT.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (GInputStream *, source, PROP_SOURCE)

/**
 * at_transfer_task_get_sink: (get-property sink)
 * @self: a task
 *
 * Gets the stream to write to.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): a stream, or %NULL if none was set
 *
 * Since: 1.0
 */

/**
 * at_transfer_task_set_sink: (set-property sink)
 * @self: a task
 * @sink: (nullable): a stream
 *
 * Sets the stream to write to.
 *
 * A task that has none when it runs fails with %G_IO_ERROR_INVALID_ARGUMENT.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (GOutputStream *, sink, PROP_SINK)

/**
 * at_transfer_task_get_size: (get-property size)
 * @self: a task
 *
 * Gets how many bytes the source is expected to have.
 *
 * Any thread.
 *
 * Returns: a number of bytes, or 0 if it is unknown
 *
 * Since: 1.0
 */

/**
 * at_transfer_task_set_size: (set-property size)
 * @self: a task
 * @size: a number of bytes, or 0 if it is unknown
 *
 * Sets how many bytes the source is expected to have.
 *
 * [property@AsyncTask:total] is this while the task runs. One that succeeds with
 * an unknown size has the number of bytes that were moved as its total in the end.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (guint64, size, PROP_SIZE)

/**
 * at_transfer_task_get_flags: (get-property flags)
 * @self: a task
 *
 * Gets what the task does beside copying.
 *
 * Any thread.
 *
 * Returns: the flags
 *
 * Since: 1.0
 */

/**
 * at_transfer_task_set_flags: (set-property flags)
 * @self: a task
 * @flags: the flags
 *
 * Sets what the task does beside copying.
 *
 * Streams that are to be closed are closed however the task ends, also where its
 * body never ran; an error at closing after a successful transfer makes the task
 * fail, and none replaces an error that there was before. A sink that is not to be
 * closed is flushed after a successful transfer.
 *
 * %AT_TRANSFER_EXACT means nothing while [property@TransferTask:size] is 0. It
 * moves no byte beyond the size, but has to see the end of the source.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (AtTransferFlags, flags, PROP_FLAGS)

/**
 * at_transfer_task_get_buffer_size: (get-property buffer-size)
 * @self: a task
 *
 * Gets how many bytes are moved at once, at most.
 *
 * Any thread.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */

/**
 * at_transfer_task_set_buffer_size: (set-property buffer-size)
 * @self: a task
 * @buffer_size: a number of bytes, from 1 to 1 GiB
 *
 * Sets how many bytes are moved at once, at most.
 *
 * 256 KiB unless set, which is enough for any disk or network.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (guint, buffer_size, PROP_BUFFER_SIZE)

/**
 * at_transfer_task_get_checksum_type: (get-property checksum-type)
 * @self: a task
 *
 * Gets which checksum of the data to compute.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the name of a type, or %NULL
 *
 * Since: 1.0
 */

/**
 * at_transfer_task_set_checksum_type: (set-property checksum-type)
 * @self: a task
 * @checksum_type: (nullable): `md5`, `sha1`, `sha256`, `sha384` or `sha512`, or
 *   %NULL
 *
 * Sets which checksum of the data to compute.
 *
 * Case does not matter, and `SHA-256` is `sha256`. A task with a type that there is
 * not fails with %G_IO_ERROR_INVALID_ARGUMENT before it reads anything. With %NULL
 * none is computed, or that of [property@TransferTask:expected-checksum], whose
 * length tells the type.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, checksum_type, PROP_CHECKSUM_TYPE)

/**
 * at_transfer_task_get_expected_checksum: (get-property expected-checksum)
 * @self: a task
 *
 * Gets the checksum that the data must have.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): hexadecimal digits, or %NULL
 *
 * Since: 1.0
 */
const char *
at_transfer_task_get_expected_checksum (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return at_transfer_task_get_private (self)->expected_checksum;
}

/**
 * at_transfer_task_set_expected_checksum: (set-property expected-checksum)
 * @self: a task
 * @expected_checksum: (nullable): hexadecimal digits, or %NULL
 *
 * Sets the checksum that the data must have.
 *
 * Case does not matter, and white space around it is left out; nothing else than
 * white space is the same as %NULL. A task with something that is no checksum, or
 * none of [property@TransferTask:checksum-type], fails with
 * %G_IO_ERROR_INVALID_ARGUMENT before it reads anything; one whose data have another
 * checksum fails with %G_IO_ERROR_INVALID_DATA after it moved them all, and
 * before the sink is closed.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_expected_checksum (AtTransferTask *self,
                                        const char     *expected_checksum)
{
  AtTransferTaskPrivate *priv;
  g_autofree char *text = NULL;

  g_return_if_fail (AT_IS_TRANSFER_TASK (self));

  priv = at_transfer_task_get_private (self);
  text = g_strdup (expected_checksum);
  if (text != NULL && *g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);

  at_option_set_raw (AT_ASYNC_TASK (self), G_STRFUNC, properties[PROP_EXPECTED_CHECKSUM],
                     &priv->expected_checksum, &text);
}

/**
 * at_transfer_task_get_checksum: (get-property checksum)
 * @self: a task
 *
 * Gets the checksum of the data that was moved.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on. A task that failed because of its checksum has one, too; the
 * property notifies before the last callback.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): small hexadecimal digits, or %NULL if none
 *   was computed, or not all data was moved
 *
 * Since: 1.0
 */
const char *
at_transfer_task_get_checksum (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return g_atomic_pointer_get (&at_transfer_task_get_private (self)->checksum);
}
