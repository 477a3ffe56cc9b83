/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-button.h"

#include <glib/gi18n-lib.h>

#include "at-gtk-init.h"
#include "at-gtk-task-popover.h"

#include "at-gtk-show-tasks-private.h"
#include "at-gtk-task-button-private.h"
#include "item/at-gtk-task-item-private.h"

/**
 * AtGtkTaskButton:
 *
 * A button for a header bar that shows how far tasks are, and opens a popover with them.
 *
 * It is hidden while nothing is to be shown. There is one clock for each busy period, which begins
 * when [property@TaskItems:n-active] leaves 0 and ends when it is 0 again. The button appears
 * after [property@TaskButton:start-delay] if it is not known how long the rest will take, or
 * longer than [property@TaskButton:minimum-duration]; after that duration in any case; and at once
 * when something fails. It leaves [property@TaskButton:finished-timeout] after the last end, but
 * not while its popover is open, nor while it has the keyboard focus, nor before somebody has
 * opened it after a failure. Its [property@Gtk.Widget:visible] is therefore its own.
 *
 * <!-- around
 * <object class="AtGtkTaskItems" id="items"/>
 * -->
 * ```xml
 * <object class="GtkHeaderBar">
 *   <child type="end">
 *     <object class="AtGtkTaskButton" id="button">
 *       <property name="items">items</property>
 *       <signal name="finished" handler="on_finished"/>
 *     </object>
 *   </child>
 * </object>
 * ```
 *
 * What it shows is an [class@ProgressPaintable], and a check mark at the end. What is in the popover
 * is an [class@TaskPopover], unless [property@TaskButton:popover] is set.
 *
 * # Actions
 *
 * `tasks.show` opens the popover, and shows the button first where it is hidden. It can be used
 * from everywhere in the window that the button is in, and from the application's accelerators; of
 * several buttons in a window, it is for the one that was put there last.
 *
 * # CSS nodes
 *
 * ```
 * taskbutton[.needs-attention|.error|.done]
 * ╰── revealer
 *     ╰── button.toggle
 *         ╰── image
 * ```
 *
 * It has the style class `.needs-attention` for two seconds when there is something new, `.error`
 * while there is a failure that nobody has seen, and `.done` when all has come to its end, with
 * success.
 *
 * # Accessibility
 *
 * The button has the summary of its items as its description. The picture in it has the role of a
 * progress bar, with the fraction as its value.
 *
 * It belongs to the thread of GTK.
 *
 * Since: 1.0
 */

#define ATTENTION_DURATION 2.0 /* seconds */

enum
{
  PROP_ITEMS = 1,
  PROP_POPOVER,
  PROP_ICON_NAME,
  PROP_START_DELAY,
  PROP_MINIMUM_DURATION,
  PROP_FINISHED_TIMEOUT,
  PROP_ALWAYS_VISIBLE,
  N_PROPS
};

enum
{
  FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AtGtkTaskButton, at_gtk_task_button, GTK_TYPE_WIDGET)

static gboolean
is_open (AtGtkTaskButton *self)
{
  return self->popover != NULL && gtk_widget_get_visible (GTK_WIDGET (self->popover));
}

static void
set_class (AtGtkTaskButton *self,
           const char      *name,
           gboolean         has_it)
{
  if (has_it)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

/* What is shown. */

static void
update_fraction (AtGtkTaskButton *self)
{
  /* What was shown last stays until it is hidden. */
  if (self->busy.is_active)
    at_gtk_progress_paintable_set_fraction (self->paintable, at_gtk_task_items_get_fraction (self->busy.items));
}

static void
update_indeterminate (AtGtkTaskButton *self)
{
  at_gtk_progress_paintable_set_indeterminate (self->paintable,
                                               self->busy.is_active &&
                                               at_gtk_task_items_get_indeterminate (self->busy.items));
}

static void
update_summary (AtGtkTaskButton *self)
{
  const char *summary = self->busy.items != NULL ? at_gtk_task_items_get_summary (self->busy.items) : NULL;
  double fraction = at_gtk_progress_paintable_get_fraction (self->paintable);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  if (summary == NULL)
    summary = "";
  gtk_widget_set_tooltip_text (self->toggle, *summary != '\0' ? summary : _("Tasks"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, summary, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->image), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, summary, -1);
  if (at_gtk_progress_paintable_get_indeterminate (self->paintable))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self->image), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW);
  else
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->image), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, fraction, -1);
}

static void
update_picture (AtGtkTaskButton *self)
{
  gboolean has_failure = at_gtk_busy_has_failure (&self->busy);
  gboolean is_done = !self->busy.is_active && self->busy.is_shown && self->has_success && !has_failure;

  update_fraction (self);
  update_indeterminate (self);
  at_gtk_progress_paintable_set_paused (self->paintable, at_gtk_busy_is_paused (&self->busy));
  at_gtk_progress_paintable_set_error (self->paintable, has_failure);
  set_class (self, "error", has_failure);
  set_class (self, "done", is_done);
  if (is_done)
    {
      at_gtk_progress_paintable_set_fraction (self->paintable, 1);
      at_gtk_progress_paintable_animate_done (self->paintable);
    }
  else if (!self->busy.is_active)
    {
      at_gtk_progress_paintable_set_fraction (self->paintable, 0);
    }
  update_summary (self);
}

static void
on_attention_end (gpointer user_data)
{
  set_class (user_data, "needs-attention", FALSE);
}

static void
update_attention (AtGtkTaskButton *self)
{
  if (!self->has_news || !self->busy.is_shown)
    return;

  self->has_news = FALSE;
  if (is_open (self))
    return;

  set_class (self, "needs-attention", TRUE);
  at_gtk_timer_set (&self->attention, ATTENTION_DURATION);
}

static void
on_revealed (AtGtkTaskButton *self)
{
  if (!gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer)) &&
      !gtk_revealer_get_child_revealed (GTK_REVEALER (self->revealer)))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
update_shown (AtGtkTaskButton *self)
{
  gboolean is_shown = self->busy.is_shown || self->always_visible || self->is_wanted;

  /* The check mark is there until the button is not. */
  if (!is_shown)
    {
      gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
      on_revealed (self);
      return;
    }

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  update_picture (self);
  update_attention (self);
}

static void
on_busy_changed (gpointer user_data)
{
  AtGtkTaskButton *self = user_data;

  if (!self->busy.is_shown && !self->busy.is_active)
    self->has_news = self->has_success = FALSE;
  update_shown (self);
}

static void
on_item_moved (AtGtkTaskItem  *item,
               AtGtkTaskState  before,
               gpointer        user_data)
{
  AtGtkTaskButton *self = user_data;
  AtGtkTaskState state = at_gtk_task_item_get_state (item);

  if (at_gtk_task_state_is_active (state) && !at_gtk_task_state_is_active (before))
    {
      self->has_news = TRUE;
      update_attention (self);
    }

  if (state != AT_GTK_TASK_STATE_SUCCEEDED && state != AT_GTK_TASK_STATE_FAILED)
    return;
  /* A file that is there again has not been made again. */
  if (before == AT_GTK_TASK_STATE_GONE)
    return;

  self->has_success |= state == AT_GTK_TASK_STATE_SUCCEEDED;
  if (is_open (self))
    at_gtk_busy_mark_seen (&self->busy);
  else
    g_signal_emit (self, signals[FINISHED], 0, item);
}

static void
on_busy_updated (gpointer user_data)
{
  AtGtkTaskButton *self = user_data;

  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    update_picture (self);
}

static const AtGtkBusyFuncs busy_funcs = { on_busy_changed, on_item_moved, on_busy_updated };

/* The popover, and who looks. */

static void
update_held (AtGtkTaskButton *self)
{
  at_gtk_busy_set_held (&self->busy, is_open (self) || self->is_focused);
}

static void
on_focus_inside (GtkEventControllerFocus *controller,
                 GParamSpec              *pspec,
                 AtGtkTaskButton         *self)
{
  self->is_focused = gtk_event_controller_focus_contains_focus (controller);
  update_held (self);
}

/* What has had the keyboard has it again: it is not to stay in a button that is about to leave. */

static void
keep_focus (AtGtkTaskButton *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_weak_ref_set (&self->focus_before, root != NULL ? gtk_root_get_focus (root) : NULL);
}

static void
give_focus_back (AtGtkTaskButton *self)
{
  g_autoptr (GtkWidget) before = g_weak_ref_get (&self->focus_before);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  g_weak_ref_set (&self->focus_before, NULL);
  if (root == NULL || (focus != NULL && !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    return;

  if (before != NULL && gtk_widget_get_root (before) == root && gtk_widget_get_mapped (before) &&
      !gtk_widget_is_ancestor (before, GTK_WIDGET (self->popover)))
    gtk_widget_grab_focus (before);
  else
    gtk_root_set_focus (root, NULL);
}

static void
on_popover_visible (AtGtkTaskButton *self)
{
  gboolean open = is_open (self);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->toggle), open);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  if (open)
    {
      set_class (self, "needs-attention", FALSE);
      at_gtk_timer_clear (&self->attention);
      at_gtk_busy_mark_seen (&self->busy);
    }
  else
    {
      self->is_wanted = FALSE;
      give_focus_back (self);
    }
  update_held (self);
  update_shown (self);
}

static void
on_toggled (AtGtkTaskButton *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->toggle)))
    at_gtk_task_button_popup (self);
  else
    gtk_popover_popdown (self->popover);
}

static void
leave_popover (AtGtkTaskButton *self)
{
  if (self->popover == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->popover, self);
  gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
}

static void
enter_popover (AtGtkTaskButton *self,
               GtkPopover      *popover)
{
  self->popover = popover;
  gtk_widget_set_parent (GTK_WIDGET (popover), GTK_WIDGET (self));
  g_signal_connect_swapped (popover, "notify::visible", G_CALLBACK (on_popover_visible), self);
}

static void
make_popover (AtGtkTaskButton *self)
{
  self->has_own_popover = TRUE;
  enter_popover (self, GTK_POPOVER (at_gtk_task_popover_new (self->busy.items)));
}

/* Where it is. */

static void
at_gtk_task_button_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (widget);

  gtk_widget_measure (self->revealer, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
at_gtk_task_button_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (widget);

  gtk_widget_size_allocate (self->revealer, &(GtkAllocation) { 0, 0, width, height }, baseline);
  if (self->popover != NULL)
    gtk_popover_present (self->popover);
}

static gboolean
at_gtk_task_button_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (AT_GTK_TASK_BUTTON (widget)->toggle);
}

static gboolean
at_gtk_task_button_focus (GtkWidget        *widget,
                          GtkDirectionType  direction)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (widget);

  if (is_open (self))
    return gtk_widget_child_focus (GTK_WIDGET (self->popover), direction);

  return gtk_widget_child_focus (self->revealer, direction);
}

static void
at_gtk_task_button_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (at_gtk_task_button_parent_class)->root (widget);

  at_gtk_show_tasks_add (gtk_widget_get_root (widget), AT_GTK_TASK_BUTTON (widget));
}

static void
at_gtk_task_button_unroot (GtkWidget *widget)
{
  at_gtk_show_tasks_remove (gtk_widget_get_root (widget), AT_GTK_TASK_BUTTON (widget));

  GTK_WIDGET_CLASS (at_gtk_task_button_parent_class)->unroot (widget);
}

static void
show_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  at_gtk_task_button_popup (AT_GTK_TASK_BUTTON (widget));
}

static void
at_gtk_task_button_dispose (GObject *object)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (object);

  at_gtk_timer_clear (&self->attention);
  if (self->busy.items != NULL)
    g_signal_handlers_disconnect_by_data (self->busy.items, self);
  at_gtk_busy_clear (&self->busy);
  leave_popover (self);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  g_clear_object (&self->paintable);

  G_OBJECT_CLASS (at_gtk_task_button_parent_class)->dispose (object);
}

static void
at_gtk_task_button_finalize (GObject *object)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (object);

  g_weak_ref_clear (&self->focus_before);

  G_OBJECT_CLASS (at_gtk_task_button_parent_class)->finalize (object);
}

static void
at_gtk_task_button_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      g_value_set_object (value, self->busy.items);
      break;
    case PROP_POPOVER:
      g_value_set_object (value, self->popover);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, at_gtk_progress_paintable_get_icon_name (self->paintable));
      break;
    case PROP_START_DELAY:
      g_value_set_double (value, self->busy.start_delay);
      break;
    case PROP_MINIMUM_DURATION:
      g_value_set_double (value, self->busy.minimum_duration);
      break;
    case PROP_FINISHED_TIMEOUT:
      g_value_set_double (value, self->busy.finished_timeout);
      break;
    case PROP_ALWAYS_VISIBLE:
      g_value_set_boolean (value, self->always_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_button_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  AtGtkTaskButton *self = AT_GTK_TASK_BUTTON (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      at_gtk_task_button_set_items (self, g_value_get_object (value));
      break;
    case PROP_POPOVER:
      at_gtk_task_button_set_popover (self, g_value_get_object (value));
      break;
    case PROP_ICON_NAME:
      at_gtk_task_button_set_icon_name (self, g_value_get_string (value));
      break;
    case PROP_START_DELAY:
      at_gtk_task_button_set_start_delay (self, g_value_get_double (value));
      break;
    case PROP_MINIMUM_DURATION:
      at_gtk_task_button_set_minimum_duration (self, g_value_get_double (value));
      break;
    case PROP_FINISHED_TIMEOUT:
      at_gtk_task_button_set_finished_timeout (self, g_value_get_double (value));
      break;
    case PROP_ALWAYS_VISIBLE:
      at_gtk_task_button_set_always_visible (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_button_class_init (AtGtkTaskButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  at_gtk_init ();

  object_class->dispose = at_gtk_task_button_dispose;
  object_class->finalize = at_gtk_task_button_finalize;
  object_class->get_property = at_gtk_task_button_get_property;
  object_class->set_property = at_gtk_task_button_set_property;
  widget_class->measure = at_gtk_task_button_measure;
  widget_class->size_allocate = at_gtk_task_button_size_allocate;
  widget_class->grab_focus = at_gtk_task_button_grab_focus;
  widget_class->focus = at_gtk_task_button_focus;
  widget_class->root = at_gtk_task_button_root;
  widget_class->unroot = at_gtk_task_button_unroot;

  /**
   * AtGtkTaskButton:items: (getter get_items) (setter set_items)
   *
   * What is shown.
   *
   * Since: 1.0
   */
  properties[PROP_ITEMS] =
    g_param_spec_object ("items", NULL, NULL, AT_GTK_TYPE_TASK_ITEMS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskButton:popover: (getter get_popover) (setter set_popover)
   *
   * What it opens: an [class@TaskPopover] of its own, unless another is set.
   *
   * Since: 1.0
   */
  properties[PROP_POPOVER] =
    g_param_spec_object ("popover", NULL, NULL, GTK_TYPE_POPOVER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskButton:icon-name: (getter get_icon_name) (setter set_icon_name)
   *
   * The name of a symbolic icon that is drawn inside a ring, instead of a pie.
   *
   * Since: 1.0
   */
  properties[PROP_ICON_NAME] =
    g_param_spec_string ("icon-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskButton:start-delay: (getter get_start_delay) (setter set_start_delay)
   *
   * How long nothing is shown of what has begun, in seconds.
   *
   * A change counts for busy periods that begin later.
   *
   * Since: 1.0
   */
  properties[PROP_START_DELAY] =
    g_param_spec_double ("start-delay", NULL, NULL, 0, G_MAXDOUBLE, AT_GTK_BUSY_START_DELAY,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskButton:minimum-duration: (getter get_minimum_duration) (setter set_minimum_duration)
   *
   * How much of the time must be left after [property@TaskButton:start-delay] so that it is
   * shown, in seconds, and how long nothing is shown of what has less left.
   *
   * Since: 1.0
   */
  properties[PROP_MINIMUM_DURATION] =
    g_param_spec_double ("minimum-duration", NULL, NULL, 0, G_MAXDOUBLE, AT_GTK_BUSY_MINIMUM_DURATION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskButton:finished-timeout: (getter get_finished_timeout) (setter set_finished_timeout)
   *
   * How long it is shown after the last end, in seconds.
   *
   * Since: 1.0
   */
  properties[PROP_FINISHED_TIMEOUT] =
    g_param_spec_double ("finished-timeout", NULL, NULL, 0, G_MAXDOUBLE, AT_GTK_BUSY_FINISHED_TIMEOUT,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskButton:always-visible: (getter get_always_visible) (setter set_always_visible)
   *
   * Whether it is shown when nothing is to be shown, too.
   *
   * Since: 1.0
   */
  properties[PROP_ALWAYS_VISIBLE] =
    g_param_spec_boolean ("always-visible", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * AtGtkTaskButton::finished:
   * @self: the button
   * @item: what has ended
   *
   * An item has succeeded or failed while the popover was closed, such as for a toast.
   *
   * It is emitted for what was too short to be shown, too. What was cancelled needs no telling.
   *
   * Since: 1.0
   */
  signals[FINISHED] =
    g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                  AT_GTK_TYPE_TASK_ITEM);

  /**
   * AtGtkTaskButton|tasks.show:
   *
   * Opens the popover.
   *
   * Since: 1.0
   */
  gtk_widget_class_install_action (widget_class, "tasks.show", NULL, show_action);

  gtk_widget_class_set_css_name (widget_class, "taskbutton");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
at_gtk_task_button_init (AtGtkTaskButton *self)
{
  AtGtkTimer attention = AT_GTK_TIMER_INIT (on_attention_end, self);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  at_gtk_busy_init (&self->busy, &busy_funcs, G_OBJECT (self));
  self->attention = attention;
  g_weak_ref_init (&self->focus_before, NULL);

  self->revealer = g_object_new (GTK_TYPE_REVEALER,
                                 "transition-type", GTK_REVEALER_TRANSITION_TYPE_SLIDE_LEFT,
                                 NULL);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (on_revealed), self);

  /* A click does not take the keyboard away from where it is: the button would stay for ever. */
  self->toggle = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "focus-on-click", FALSE, NULL);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->toggle);
  gtk_widget_add_css_class (self->toggle, "image-button");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks"),
                                  GTK_ACCESSIBLE_PROPERTY_HAS_POPUP, TRUE,
                                  -1);
  g_signal_connect_swapped (self->toggle, "toggled", G_CALLBACK (on_toggled), self);

  self->image = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PROGRESS_BAR, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->image),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 1.,
                                  -1);
  gtk_button_set_child (GTK_BUTTON (self->toggle), self->image);
  self->paintable = at_gtk_progress_paintable_new (self->image);
  gtk_image_set_from_paintable (GTK_IMAGE (self->image), GDK_PAINTABLE (self->paintable));

  g_signal_connect (focus, "notify::contains-focus", G_CALLBACK (on_focus_inside), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);

  make_popover (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * at_gtk_task_button_new:
 * @items: (nullable): what is shown
 *
 * Makes a button.
 *
 * Returns: (transfer none): it
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_task_button_new (AtGtkTaskItems *items)
{
  g_return_val_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items), NULL);

  return g_object_new (AT_GTK_TYPE_TASK_BUTTON, "items", items, NULL);
}

/**
 * at_gtk_task_button_popup:
 * @self: the button
 *
 * Opens the popover, and shows the button first where it is hidden.
 *
 * A button that is in no window is left alone.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_popup (AtGtkTaskButton *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL || is_open (self))
    return;

  keep_focus (self);
  self->is_wanted = TRUE;
  update_shown (self);
  gtk_popover_popup (self->popover);
}

/**
 * at_gtk_task_button_popdown:
 * @self: the button
 *
 * Closes the popover.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_popdown (AtGtkTaskButton *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));

  gtk_popover_popdown (self->popover);
}

/**
 * at_gtk_task_button_get_items:
 * @self: the button
 *
 * Gets what is shown.
 *
 * Returns: (transfer none) (nullable): the items, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItems *
at_gtk_task_button_get_items (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), NULL);

  return self->busy.items;
}

/**
 * at_gtk_task_button_set_items:
 * @self: the button
 * @items: (nullable): the items
 *
 * Sets what is shown.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_items (AtGtkTaskButton *self,
                              AtGtkTaskItems  *items)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));
  g_return_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items));

  if (items == self->busy.items)
    return;

  if (self->busy.items != NULL)
    g_signal_handlers_disconnect_by_data (self->busy.items, self);
  if (items != NULL)
    {
      g_signal_connect_swapped (items, "notify::fraction", G_CALLBACK (update_fraction), self);
      g_signal_connect_swapped (items, "notify::indeterminate", G_CALLBACK (update_indeterminate), self);
      g_signal_connect_swapped (items, "notify::summary", G_CALLBACK (update_summary), self);
    }
  at_gtk_busy_set_items (&self->busy, items);
  if (self->has_own_popover)
    at_gtk_task_popover_set_items (AT_GTK_TASK_POPOVER (self->popover), items);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEMS]);
}

/**
 * at_gtk_task_button_get_popover:
 * @self: the button
 *
 * Gets what it opens: an [class@TaskPopover] of its own, unless another is set.
 *
 * Returns: (transfer none): the popover
 *
 * Since: 1.0
 */
GtkPopover *
at_gtk_task_button_get_popover (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), NULL);

  return self->popover;
}

/**
 * at_gtk_task_button_set_popover:
 * @self: the button
 * @popover: (nullable): the popover; %NULL: one of its own
 *
 * Sets what it opens.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_popover (AtGtkTaskButton *self,
                                GtkPopover      *popover)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));
  g_return_if_fail (popover == NULL || GTK_IS_POPOVER (popover));
  g_return_if_fail (popover == NULL || popover == self->popover || gtk_widget_get_parent (GTK_WIDGET (popover)) == NULL);

  if (popover == self->popover || (popover == NULL && self->has_own_popover))
    return;

  if (is_open (self))
    gtk_popover_popdown (self->popover);
  leave_popover (self);
  self->has_own_popover = FALSE;
  if (popover != NULL)
    enter_popover (self, popover);
  else
    make_popover (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POPOVER]);
}

/**
 * at_gtk_task_button_get_always_visible:
 * @self: the button
 *
 * Gets whether it is shown when nothing is to be shown, too.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_button_get_always_visible (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), FALSE);

  return self->always_visible;
}

/**
 * at_gtk_task_button_set_always_visible:
 * @self: the button
 * @always_visible: whether it is
 *
 * Sets whether it is shown when nothing is to be shown, too.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_always_visible (AtGtkTaskButton *self,
                                       gboolean         always_visible)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));

  always_visible = !!always_visible;
  if (always_visible == self->always_visible)
    return;

  self->always_visible = always_visible;
  update_shown (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALWAYS_VISIBLE]);
}
