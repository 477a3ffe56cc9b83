/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-dialog.h"

#include <glib/gi18n-lib.h>

#include "at-gtk-init.h"

#include "at-gtk-clock-private.h"
#include "item/at-gtk-task-item-private.h"
#include "list/at-gtk-task-actions-private.h"
#include "list/at-gtk-task-bar-private.h"

/**
 * AtGtkTaskDialog:
 *
 * A modal dialog for a task that somebody waits for, with its progress, and the error if it fails.
 *
 * [func@TaskDialog.run_async] makes it. It appears when the task has not ended after half a second;
 * one that succeeds or is cancelled before that is never seen. A failure is shown in any case, with
 * a button for closing the dialog, one for copying the details, and, where the item has a handler
 * of [signal@TaskItem::retry], one for another try: who calls has no error to show.
 *
 * ```c
 * static void
 * on_exported (GObject *source, GAsyncResult *result, gpointer window)
 * {
 *   if (at_gtk_task_dialog_run_finish (result, NULL))
 *     gtk_window_close (window);
 * }
 *
 * static void
 * export (GtkWindow *window, AtAsyncTask *task)
 * {
 *   g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
 *
 *   at_gtk_task_item_set_title (item, "Exporting Photos");
 *   at_gtk_task_dialog_run_async (item, window, NULL, on_exported, window);
 * }
 * ```
 *
 * The Escape key cancels the task, if [property@TaskItem:can-cancel], and closes the dialog after
 * a failure, as the window manager's button does. A cancelled task is out of sight at once.
 *
 * # CSS nodes
 *
 * ```
 * window.taskdialog[.error]
 * ╰── box
 *     ├── label.title-2
 *     ├── label.body
 *     ├── taskbar
 *     ╰── box.buttons
 *         ╰── button
 * ```
 *
 * It has the style class `.error` while it shows one.
 *
 * It belongs to the thread of GTK.
 *
 * Since: 1.0
 */

#define START_DELAY 0.5 /* seconds */

/* In pixels. */
#define MIN_WIDTH   300
#define MAX_WIDTH   420
#define MARGIN      24

struct _AtGtkTaskDialog
{
  GtkWindow      parent_instance;

  GtkWidget     *heading;
  GtkWidget     *body;
  GtkWidget     *bar;
  GtkWidget     *buttons;
  GtkWidget     *cancel;
  GtkWidget     *close;
  GtkWidget     *copy;
  GtkWidget     *retry;

  AtGtkTaskItem *item;        /* or NULL */
  GTask         *run;         /* or NULL: it is over */
  GSource       *cancelled;   /* of the caller's cancellable, or NULL */
  AtGtkTimer     start;
  gboolean       is_leaving;  /* cancelled: only the end of the task is waited for */
};

enum
{
  PROP_ITEM = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtGtkTaskDialog, at_gtk_task_dialog, GTK_TYPE_WINDOW)

/* The end. */

static const GError *
get_task_error (AtGtkTaskDialog *self)
{
  AtAsyncTask *task = at_gtk_task_item_get_task (self->item);

  return task != NULL ? at_async_task_get_error (task) : NULL;
}

static void
clear_run (AtGtkTaskDialog *self)
{
  at_gtk_timer_clear (&self->start);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
}

/* The task's error, or that it was cancelled; NULL: it succeeded. The dialog is gone after it. */
static void
finish (AtGtkTaskDialog *self,
        GError          *error)
{
  g_autoptr (GTask) run = g_steal_pointer (&self->run);

  clear_run (self);
  gtk_window_destroy (GTK_WINDOW (self));
  if (run == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (run, error);
  else
    g_task_return_boolean (run, TRUE);
}

static GError *
new_cancelled (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled"));
}

static gboolean
has_failed (AtGtkTaskDialog *self)
{
  return self->item != NULL && at_gtk_task_item_get_state (self->item) == AT_GTK_TASK_STATE_FAILED;
}

static GError *
dup_error (AtGtkTaskDialog *self)
{
  const GError *error = has_failed (self) && !self->is_leaving ? get_task_error (self) : NULL;

  return error != NULL ? g_error_copy (error) : new_cancelled ();
}

/* Its end is waited for: what follows may rely on the task being over. */
static void
leave (AtGtkTaskDialog *self)
{
  AtAsyncTask *task = at_gtk_task_item_get_task (self->item);

  if (self->is_leaving)
    return;

  self->is_leaving = TRUE;
  at_gtk_timer_clear (&self->start);
  if (task != NULL)
    at_async_task_cancel (task, TRUE);
  if (self->run == NULL)
    return;
  if (!at_gtk_task_state_is_active (at_gtk_task_item_get_state (self->item)))
    {
      finish (self, new_cancelled ());
      return;
    }

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  leave (user_data);

  return G_SOURCE_REMOVE;
}

/* What is shown. */

static void
fit_label (GtkWidget *label,
           int        width)
{
  PangoContext *context = gtk_widget_get_pango_context (label);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                        pango_font_metrics_get_approximate_digit_width (metrics));

  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX (width * PANGO_SCALE / MAX (char_width, 1), 8));
  pango_font_metrics_unref (metrics);
}

/* No wider than a phone, whatever size the text has. */
static void
fit (AtGtkTaskDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  int width = parent != NULL && gtk_widget_get_width (GTK_WIDGET (parent)) > 0 ?
              gtk_widget_get_width (GTK_WIDGET (parent)) : MAX_WIDTH;
  int needed;

  width = CLAMP (width, MIN_WIDTH, MAX_WIDTH) - 2 * MARGIN;
  fit_label (self->heading, width);
  fit_label (self->body, width);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->buttons), GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_measure (self->buttons, GTK_ORIENTATION_HORIZONTAL, -1, &needed, NULL, NULL, NULL);
  if (needed > width)
    gtk_orientable_set_orientation (GTK_ORIENTABLE (self->buttons), GTK_ORIENTATION_VERTICAL);
}

static void
show (AtGtkTaskDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  at_gtk_timer_clear (&self->start);
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  /* What is in a group is modal for that alone. */
  if (parent != NULL && gtk_window_has_group (parent))
    gtk_window_group_add_window (gtk_window_get_group (parent), GTK_WINDOW (self));
  fit (self);
  gtk_window_present (GTK_WINDOW (self));
}

static void
on_start (gpointer user_data)
{
  show (user_data);
}

static void
update_labels (AtGtkTaskDialog *self)
{
  const char *title = at_gtk_task_item_get_title (self->item);
  const GError *error = has_failed (self) ? get_task_error (self) : NULL;
  const char *body = error != NULL ? error->message : at_gtk_task_item_get_subtitle (self->item);

  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_label_set_label (GTK_LABEL (self->heading), title != NULL ? title : "");
  gtk_widget_set_visible (self->heading, title != NULL && *title != '\0');
  gtk_label_set_label (GTK_LABEL (self->body), body != NULL ? body : "");
  if (error != NULL)
    gtk_widget_remove_css_class (self->body, "dim-label");
  else
    gtk_widget_add_css_class (self->body, "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title != NULL ? title : "",
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, body != NULL ? body : "",
                                  -1);
}

static void
update_buttons (AtGtkTaskDialog *self)
{
  gboolean failed = has_failed (self);
  gboolean can_retry = failed && at_gtk_task_item_can (self->item, AT_GTK_TASK_ACTION_RETRY);
  GtkWidget *first = can_retry ? self->retry : failed ? self->close : self->cancel;

  gtk_widget_set_visible (self->bar, !failed);
  gtk_widget_set_visible (self->cancel, !failed && at_gtk_task_item_get_can_cancel (self->item));
  gtk_widget_set_visible (self->close, failed);
  gtk_widget_set_visible (self->copy, failed);
  gtk_widget_set_visible (self->retry, can_retry);
  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  fit (self);
  gtk_window_set_default_widget (GTK_WINDOW (self), failed ? first : NULL);
  if (gtk_widget_get_visible (first))
    gtk_widget_grab_focus (first);
}

static void
on_state (AtGtkTaskDialog *self)
{
  AtGtkTaskState state = at_gtk_task_item_get_state (self->item);

  if (self->is_leaving)
    {
      if (!at_gtk_task_state_is_active (state))
        finish (self, new_cancelled ());
      return;
    }

  switch (state)
    {
    case AT_GTK_TASK_STATE_SUCCEEDED:
    case AT_GTK_TASK_STATE_GONE:
      finish (self, NULL);
      break;
    case AT_GTK_TASK_STATE_CANCELLED:
      finish (self, new_cancelled ());
      break;
    case AT_GTK_TASK_STATE_FAILED:
      update_labels (self);
      update_buttons (self);
      show (self);
      break;
    case AT_GTK_TASK_STATE_PENDING:
    case AT_GTK_TASK_STATE_WAITING:
    case AT_GTK_TASK_STATE_QUEUED:
    case AT_GTK_TASK_STATE_RUNNING:
    case AT_GTK_TASK_STATE_PAUSED:
    case AT_GTK_TASK_STATE_RETRYING:
      update_labels (self);
      update_buttons (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
on_words (AtGtkTaskDialog *self)
{
  update_labels (self);
}

/* What is done. */

static void
on_cancel (AtGtkTaskDialog *self)
{
  leave (self);
}

static void
on_close (AtGtkTaskDialog *self)
{
  finish (self, dup_error (self));
}

static void
on_copy (AtGtkTaskDialog *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, self->item);
  at_gtk_task_actions_copy (GTK_WIDGET (self), items);
}

static void
on_retry (AtGtkTaskDialog *self)
{
  at_gtk_task_item_act (self->item, AT_GTK_TASK_ACTION_RETRY);
}

static gboolean
at_gtk_task_dialog_close_request (GtkWindow *window)
{
  AtGtkTaskDialog *self = AT_GTK_TASK_DIALOG (window);

  if (self->item == NULL)
    return GTK_WINDOW_CLASS (at_gtk_task_dialog_parent_class)->close_request (window);

  if (has_failed (self))
    finish (self, dup_error (self));
  else if (at_gtk_task_item_get_can_cancel (self->item))
    leave (self);

  return GDK_EVENT_STOP;
}

static void
at_gtk_task_dialog_dispose (GObject *object)
{
  AtGtkTaskDialog *self = AT_GTK_TASK_DIALOG (object);
  g_autoptr (GTask) run = g_steal_pointer (&self->run);

  /* With its parent, such as. */
  clear_run (self);
  if (run != NULL)
    {
      g_autoptr (GError) error = dup_error (self);

      leave (self);
      g_task_return_error (run, g_steal_pointer (&error));
    }
  g_clear_object (&self->item);

  G_OBJECT_CLASS (at_gtk_task_dialog_parent_class)->dispose (object);
}

static void
at_gtk_task_dialog_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AtGtkTaskDialog *self = AT_GTK_TASK_DIALOG (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_dialog_class_init (AtGtkTaskDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  at_gtk_init ();

  object_class->dispose = at_gtk_task_dialog_dispose;
  object_class->get_property = at_gtk_task_dialog_get_property;
  window_class->close_request = at_gtk_task_dialog_close_request;

  /**
   * AtGtkTaskDialog:item: (getter get_item)
   *
   * The item whose task it is for.
   *
   * Since: 1.0
   */
  properties[PROP_ITEM] =
    g_param_spec_object ("item", NULL, NULL, AT_GTK_TYPE_TASK_ITEM, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
}

static GtkWidget *
add_button (AtGtkTaskDialog *self,
            GtkWidget       *box,
            const char      *label,
            GCallback        clicked)
{
  GtkWidget *button = g_object_new (GTK_TYPE_BUTTON, "label", label, "use-underline", TRUE, "hexpand", TRUE, NULL);

  /* GTK 4.8 would say both, that with the underscore first. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button)))), -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static GtkWidget *
make_label (const char *class_name)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "justify", GTK_JUSTIFY_CENTER,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   NULL);

  gtk_widget_add_css_class (label, class_name);

  return label;
}

static void
at_gtk_task_dialog_init (AtGtkTaskDialog *self)
{
  AtGtkTimer start = AT_GTK_TIMER_INIT (on_start, self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *handle = gtk_window_handle_new ();
  GtkWidget *title_bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->start = start;

  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->heading = make_label ("title-2");
  self->body = make_label ("body");
  self->bar = at_gtk_task_bar_new ();
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), self->body);
  gtk_box_append (GTK_BOX (box), self->bar);

  self->cancel = add_button (self, self->buttons, _("_Cancel"), G_CALLBACK (on_cancel));
  self->copy = add_button (self, self->buttons, _("Copy _Details"), G_CALLBACK (on_copy));
  self->close = add_button (self, self->buttons, _("_Close"), G_CALLBACK (on_close));
  self->retry = add_button (self, self->buttons, _("_Try Again"), G_CALLBACK (on_retry));
  gtk_widget_add_css_class (self->retry, "suggested-action");
  gtk_widget_add_css_class (self->buttons, "buttons");
  gtk_box_append (GTK_BOX (box), self->buttons);

  /* Round corners, without a bar that would only repeat the heading. */
  gtk_widget_set_visible (title_bar, FALSE);
  gtk_window_set_titlebar (GTK_WINDOW (self), title_bar);
  gtk_window_handle_set_child (GTK_WINDOW_HANDLE (handle), box);
  gtk_window_set_child (GTK_WINDOW (self), handle);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_resizable (GTK_WINDOW (self), FALSE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "taskdialog");
}

/* TRUE: it is under way, or has been. */
static gboolean
begin (AtGtkTaskDialog *self,
       GCancellable    *cancellable)
{
  AtAsyncTask *task = at_gtk_task_item_get_task (self->item);
  GError *error = NULL;

  if (g_cancellable_is_cancelled (cancellable))
    {
      leave (self);
      return FALSE;
    }
  if (task != NULL && at_async_task_get_status (task) == AT_STATUS_PENDING &&
      !at_async_task_execute (task, NULL, &error))
    {
      finish (self, error);
      return FALSE;
    }

  return TRUE;
}

/**
 * at_gtk_task_dialog_run_async:
 * @item: what is waited for
 * @parent: (nullable): the window that the dialog is for
 * @cancellable: (nullable): cancels the task, and closes the dialog
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Waits for the task of an item with a modal dialog, which appears after half a second, or never.
 *
 * A task that is pending is executed without parameters. The end is that of the task: where it was cancelled,
 * the dialog is gone at once, and @callback is called when the task's body has returned. After a failure, it is
 * when the dialog was closed, or another try has succeeded. The dialog goes with @parent, and so does the task:
 * it is cancelled.
 *
 * Since: 1.0
 */
void
at_gtk_task_dialog_run_async (AtGtkTaskItem       *item,
                              GtkWindow           *parent,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  AtGtkTaskDialog *self;

  g_return_if_fail (AT_GTK_IS_TASK_ITEM (item));
  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  self = g_object_new (AT_GTK_TYPE_TASK_DIALOG, "transient-for", parent, NULL);
  self->item = g_object_ref (item);
  /* Whatever it says counts, and not what was asked for first. */
  self->run = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->run, at_gtk_task_dialog_run_async);

  if (!begin (self, cancellable))
    return;

  at_gtk_task_bar_set_item (AT_GTK_TASK_BAR (self->bar), item);
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect_swapped (item, "notify::title", G_CALLBACK (on_words), self);
  g_signal_connect_swapped (item, "notify::subtitle", G_CALLBACK (on_words), self);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_set_static_name (self->cancelled, "[asynctask-gtk] dialog");
      g_source_attach (self->cancelled, NULL);
    }
  at_gtk_timer_set (&self->start, START_DELAY);
  on_state (self);
}

/**
 * at_gtk_task_dialog_run_finish:
 * @result: what the callback was given
 * @error: a place for an error
 *
 * Ends what [func@TaskDialog.run_async] has begun.
 *
 * The error is the task's own, or %G_IO_ERROR_CANCELLED. The user has seen it.
 *
 * Returns: whether the task has succeeded
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_dialog_run_finish (GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, at_gtk_task_dialog_run_async), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * at_gtk_task_dialog_get_item:
 * @self: the dialog
 *
 * Gets the item whose task it is for.
 *
 * Returns: (transfer none) (nullable): the item, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItem *
at_gtk_task_dialog_get_item (AtGtkTaskDialog *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_DIALOG (self), NULL);

  return self->item;
}
