/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-view.h"

#include "at-gtk-task-view-inside-private.h"
#include "asynctask-gtk.h"

/**
 * AtGtkTaskView:
 *
 * A list of tasks that a user can work with: rows, a keyboard, what is shown while there are no
 * tasks, and what is dropped.
 *
 * It shows [class@TaskItems] in rows like [class@TaskRow], however many there are: rows are made
 * for what can be seen. After a row is removed the focus is on its neighbour, and it stays with a
 * task that goes to another place. That a task has succeeded or failed is announced to
 * assistive technologies; where GTK is older than 4.14 when the library is built, by a hidden
 * status.
 *
 * # Keyboard
 *
 * The keys act on the rows that are selected, if the view has [property@TaskView:selection-mode]
 * `multiple` and some are, and else on the one that has the focus.
 *
 * | keys | do |
 * |---|---|
 * | Space | pause and resume; with several rows to select, select one |
 * | Return | activate: [signal@TaskView::activate] |
 * | Delete | remove from the list, what runs is cancelled |
 * | Ctrl+Z | bring back what was removed |
 * | Ctrl+C | copy the details |
 * | Ctrl+O | open the files |
 * | Shift+F10, Menu | show the menu |
 * | Ctrl+A | select all |
 *
 * # CSS nodes
 *
 * ```
 * taskview[.boxed][.compact]
 * ├── stack
 * │   ├── box.empty
 * │   ╰── scrolledwindow
 * │       ╰── listview
 * │           ╰── row
 * │               ╰── taskrow
 * ╰── label
 * ```
 *
 * With the class `boxed`, which a program may add, the rows look like a boxed list. What is
 * dragged over a view that has a handler of [signal@TaskView::drop] gives it the state
 * `:drop(active)`.
 *
 * Since: 1.0
 */
GParamSpec *at_gtk_task_view_props[N_PROPS];

guint at_gtk_task_view_signals[AT_GTK_TASK_VIEW_N_SIGNALS];

G_DEFINE_FINAL_TYPE (AtGtkTaskView, at_gtk_task_view, GTK_TYPE_WIDGET)

static void
update_undo_timeout (AtGtkTaskView *self)
{
  if (self->items != NULL && self->undo_timeout >= 0)
    at_gtk_task_items_set_undo_timeout (self->items, self->undo_timeout);
}

static void
at_gtk_task_view_root (GtkWidget *widget)
{
  AtGtkTaskView *self = AT_GTK_TASK_VIEW (widget);

  GTK_WIDGET_CLASS (at_gtk_task_view_parent_class)->root (widget);

  at_gtk_focus_keeper_set_root (self->focus_keeper, gtk_widget_get_root (widget));
}

static void
at_gtk_task_view_unroot (GtkWidget *widget)
{
  at_gtk_focus_keeper_set_root (AT_GTK_TASK_VIEW (widget)->focus_keeper, NULL);

  GTK_WIDGET_CLASS (at_gtk_task_view_parent_class)->unroot (widget);
}

static gboolean
at_gtk_task_view_grab_focus (GtkWidget *widget)
{
  AtGtkTaskView *self = AT_GTK_TASK_VIEW (widget);

  return gtk_widget_grab_focus (GTK_WIDGET (self->list_view)) || gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
}

static void
at_gtk_task_view_dispose (GObject *object)
{
  AtGtkTaskView *self = AT_GTK_TASK_VIEW (object);
  GtkWidget *child;

  g_clear_pointer (&self->announcer, at_gtk_announcer_free);
  if (self->focus_keeper != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  g_clear_pointer (&self->focus_keeper, at_gtk_focus_keeper_free);
  at_gtk_task_view_drop_selection (self);
  g_clear_object (&self->filter);
  g_clear_object (&self->items);
  g_clear_object (&self->empty_widget);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (at_gtk_task_view_parent_class)->dispose (object);
}

static void
at_gtk_task_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  AtGtkTaskView *self = AT_GTK_TASK_VIEW (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      g_value_set_object (value, self->items);
      break;
    case PROP_FILTER:
      g_value_set_object (value, self->filter);
      break;
    case PROP_SELECTION_MODE:
      g_value_set_enum (value, (int) self->selection_mode);
      break;
    case PROP_SELECTION:
      g_value_set_object (value, self->selection);
      break;
    case PROP_SINGLE_CLICK_ACTIVATE:
      g_value_set_boolean (value, at_gtk_task_view_get_single_click_activate (self));
      break;
    case PROP_SHOW_SECTIONS:
      g_value_set_boolean (value, self->show_sections);
      break;
    case PROP_DENSITY:
      g_value_set_enum (value, (int) self->density);
      break;
    case PROP_SHOW_ICON:
      g_value_set_boolean (value, self->show_icon);
      break;
    case PROP_SHOW_MENU:
      g_value_set_boolean (value, self->show_menu);
      break;
    case PROP_ACTIONS:
      g_value_set_flags (value, self->actions);
      break;
    case PROP_EMPTY_WIDGET:
      g_value_set_object (value, self->empty_widget);
      break;
    case PROP_MAX_CONTENT_HEIGHT:
      g_value_set_int (value, self->max_content_height);
      break;
    case PROP_UNDO_TIMEOUT:
      g_value_set_double (value, self->undo_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_view_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  AtGtkTaskView *self = AT_GTK_TASK_VIEW (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      at_gtk_task_view_set_items (self, g_value_get_object (value));
      break;
    case PROP_FILTER:
      at_gtk_task_view_set_filter (self, g_value_get_object (value));
      break;
    case PROP_SELECTION_MODE:
      at_gtk_task_view_set_selection_mode (self, (GtkSelectionMode) g_value_get_enum (value));
      break;
    case PROP_SINGLE_CLICK_ACTIVATE:
      at_gtk_task_view_set_single_click_activate (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_SECTIONS:
      at_gtk_task_view_set_show_sections (self, g_value_get_boolean (value));
      break;
    case PROP_DENSITY:
      at_gtk_task_view_set_density (self, (AtGtkTaskDensity) g_value_get_enum (value));
      break;
    case PROP_SHOW_ICON:
      at_gtk_task_view_set_show_icon (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_MENU:
      at_gtk_task_view_set_show_menu (self, g_value_get_boolean (value));
      break;
    case PROP_ACTIONS:
      at_gtk_task_view_set_actions (self, g_value_get_flags (value));
      break;
    case PROP_EMPTY_WIDGET:
      at_gtk_task_view_set_empty_widget (self, g_value_get_object (value));
      break;
    case PROP_MAX_CONTENT_HEIGHT:
      at_gtk_task_view_set_max_content_height (self, g_value_get_int (value));
      break;
    case PROP_UNDO_TIMEOUT:
      at_gtk_task_view_set_undo_timeout (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_view_class_init (AtGtkTaskViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = at_gtk_task_view_dispose;
  object_class->get_property = at_gtk_task_view_get_property;
  object_class->set_property = at_gtk_task_view_set_property;

  widget_class->root = at_gtk_task_view_root;
  widget_class->unroot = at_gtk_task_view_unroot;
  widget_class->grab_focus = at_gtk_task_view_grab_focus;

  /**
   * AtGtkTaskView:items: (getter get_items) (setter set_items)
   *
   * The tasks that are shown.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_ITEMS] = g_param_spec_object ("items", NULL, NULL, AT_GTK_TYPE_TASK_ITEMS, flags);

  /**
   * AtGtkTaskView:filter: (getter get_filter) (setter set_filter)
   *
   * Which of the items are shown, for a search; %NULL for all of them. Those that are not are in
   * [property@TaskView:items] all the same, with all that these say of them.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_FILTER] = g_param_spec_object ("filter", NULL, NULL, GTK_TYPE_FILTER, flags);

  /**
   * AtGtkTaskView:selection-mode: (getter get_selection_mode) (setter set_selection_mode)
   *
   * How many rows can be selected. Changing it makes another [property@TaskView:selection].
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_SELECTION_MODE] = g_param_spec_enum ("selection-mode", NULL, NULL, GTK_TYPE_SELECTION_MODE,
                                                  GTK_SELECTION_NONE, flags);

  /**
   * AtGtkTaskView:selection: (getter get_selection)
   *
   * The model of what is selected of those of [property@TaskView:items] that are shown.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_SELECTION] = g_param_spec_object ("selection", NULL, NULL, GTK_TYPE_SELECTION_MODEL,
                                               G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskView:single-click-activate: (getter get_single_click_activate) (setter set_single_click_activate)
   *
   * Whether a row is activated by a single click.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_SINGLE_CLICK_ACTIVATE] = g_param_spec_boolean ("single-click-activate", NULL, NULL, FALSE, flags);

  /**
   * AtGtkTaskView:show-sections: (getter get_show_sections) (setter set_show_sections)
   *
   * Whether there are headings for those that are active, waiting, failed and finished, if
   * the items are sorted by state. There are none where GTK is older than 4.12 when the library
   * is built.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_SHOW_SECTIONS] = g_param_spec_boolean ("show-sections", NULL, NULL, FALSE, flags);

  /**
   * AtGtkTaskView:density: (getter get_density) (setter set_density)
   *
   * How much room the rows take.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_DENSITY] = g_param_spec_enum ("density", NULL, NULL, AT_GTK_TYPE_TASK_DENSITY,
                                           AT_GTK_TASK_DENSITY_NORMAL, flags);

  /**
   * AtGtkTaskView:show-icon: (getter get_show_icon) (setter set_show_icon)
   *
   * Whether the rows have icons: [property@TaskRow:show-icon].
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_SHOW_ICON] = g_param_spec_boolean ("show-icon", NULL, NULL, TRUE, flags);

  /**
   * AtGtkTaskView:show-menu: (getter get_show_menu) (setter set_show_menu)
   *
   * Whether the rows have a button for their menu: [property@TaskRow:show-menu].
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_SHOW_MENU] = g_param_spec_boolean ("show-menu", NULL, NULL, TRUE, flags);

  /**
   * AtGtkTaskView:actions: (getter get_actions) (setter set_actions)
   *
   * What the rows and the keyboard offer to do, as far as the items allow it.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_ACTIONS] = g_param_spec_flags ("actions", NULL, NULL, AT_GTK_TYPE_TASK_ACTIONS,
                                            AT_GTK_TASK_ACTION_ALL, flags);

  /**
   * AtGtkTaskView:empty-widget: (getter get_empty_widget) (setter set_empty_widget)
   *
   * What is shown while there are no tasks. Without one, some words are.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_EMPTY_WIDGET] = g_param_spec_object ("empty-widget", NULL, NULL, GTK_TYPE_WIDGET, flags);

  /**
   * AtGtkTaskView:max-content-height: (getter get_max_content_height) (setter set_max_content_height)
   *
   * In pixels, how high the view wants to be at most for all rows to be seen, or -1 for it not
   * to ask for any height. In a window, it is given the room that there is; in a popover, it
   * is to ask for it.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_MAX_CONTENT_HEIGHT] = g_param_spec_int ("max-content-height", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * AtGtkTaskView:undo-timeout: (getter get_undo_timeout) (setter set_undo_timeout)
   *
   * For how many seconds what was removed can be brought back, or -1 for as long as
   * [property@TaskItems:undo-timeout] of the items says.
   *
   * Since: 1.0
   */
  at_gtk_task_view_props[PROP_UNDO_TIMEOUT] = g_param_spec_double ("undo-timeout", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);

  g_object_class_install_properties (object_class, N_PROPS, at_gtk_task_view_props);

  /**
   * AtGtkTaskView::activate:
   * @self: The view.
   * @item: What the row shows.
   *
   * A row was activated, by Return or clicks. Without a handler, what can be opened is.
   *
   * Since: 1.0
   */
  at_gtk_task_view_signals[AT_GTK_TASK_VIEW_ACTIVATE] =
    g_signal_new ("activate",
                  G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, AT_GTK_TYPE_TASK_ITEM);

  /**
   * AtGtkTaskView::removed:
   * @self: The view.
   * @items: What was removed, of type [class@TaskItem].
   *
   * The user removed tasks from the list, which [method@TaskView.undo] can bring back. It is the
   * time to say so, in a toast with a button for instance.
   *
   * Since: 1.0
   */
  at_gtk_task_view_signals[AT_GTK_TASK_VIEW_REMOVED] =
    g_signal_new ("removed",
                  G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_LIST_MODEL);

  /**
   * AtGtkTaskView::drop:
   * @self: The view.
   * @value: A [struct@Gdk.FileList] or a string.
   *
   * Files, links or a text were dropped onto the view. Without a handler, nothing can be.
   *
   * Returns: %TRUE if it was taken
   *
   * Since: 1.0
   */
  at_gtk_task_view_signals[AT_GTK_TASK_VIEW_DROP] =
    g_signal_new ("drop",
                                G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, g_signal_accumulator_true_handled, NULL, NULL,
                                G_TYPE_BOOLEAN, 1, G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_set_css_name (widget_class, "taskview");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/gtk/list/at-gtk-task-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, drop_target);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, stack);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, empty_page);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, empty_label);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, list_view);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskView, status);
  at_gtk_task_view_bind_callbacks (widget_class);

  at_gtk_init ();
}

static void
at_gtk_task_view_init (AtGtkTaskView *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };

  self->actions = AT_GTK_TASK_ACTION_ALL;
  self->show_icon = TRUE;
  self->show_menu = TRUE;
  self->max_content_height = -1;
  self->undo_timeout = -1;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_target_set_gtypes (self->drop_target, types, G_N_ELEMENTS (types));
  self->focus_keeper = at_gtk_focus_keeper_new (GTK_WIDGET (self->list_view));
  self->announcer = at_gtk_announcer_new (GTK_WIDGET (self), self->status);
  at_gtk_task_view_add_bindings (self);
}

/**
 * at_gtk_task_view_new:
 * @items: (nullable): The tasks that are shown.
 *
 * Makes a view.
 *
 * Returns: the view
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_task_view_new (AtGtkTaskItems *items)
{
  g_return_val_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items), NULL);

  return g_object_new (AT_GTK_TYPE_TASK_VIEW, "items", items, NULL);
}

/**
 * at_gtk_task_view_get_items: (get-property items)
 * @self: A view.
 *
 * The tasks that are shown.
 *
 * Returns: (transfer none) (nullable): the items, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItems *
at_gtk_task_view_get_items (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), NULL);

  return self->items;
}

/**
 * at_gtk_task_view_set_items: (set-property items)
 * @self: A view.
 * @items: (nullable): The items.
 *
 * The tasks that are shown.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_items (AtGtkTaskView  *self,
                            AtGtkTaskItems *items)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));
  g_return_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items));

  if (self->items == items)
    return;

  g_set_object (&self->items, items);
  update_undo_timeout (self);
  at_gtk_task_view_update_selection (self);
  at_gtk_announcer_set_items (self->announcer, (GListModel *) items);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_ITEMS]);
}

/**
 * at_gtk_task_view_get_selection_mode: (get-property selection-mode)
 * @self: A view.
 *
 * How many rows can be selected.
 *
 * Returns: the mode
 *
 * Since: 1.0
 */
GtkSelectionMode
at_gtk_task_view_get_selection_mode (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), GTK_SELECTION_NONE);

  return self->selection_mode;
}

/**
 * at_gtk_task_view_set_selection_mode: (set-property selection-mode)
 * @self: A view.
 * @mode: The mode.
 *
 * How many rows can be selected. Changing it makes another [property@TaskView:selection].
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_selection_mode (AtGtkTaskView    *self,
                                     GtkSelectionMode  mode)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  if (self->selection_mode == mode)
    return;

  self->selection_mode = mode;
  at_gtk_task_view_update_selection (self);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_SELECTION_MODE]);
}

/**
 * at_gtk_task_view_get_selection: (get-property selection)
 * @self: A view.
 *
 * The model of what is selected of [property@TaskView:items].
 *
 * Returns: (transfer none) (nullable): the model, %NULL while there are no items
 *
 * Since: 1.0
 */
GtkSelectionModel *
at_gtk_task_view_get_selection (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), NULL);

  return self->selection;
}

/**
 * at_gtk_task_view_get_single_click_activate: (get-property single-click-activate)
 * @self: A view.
 *
 * Whether a row is activated by a single click.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_view_get_single_click_activate (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), FALSE);

  return gtk_list_view_get_single_click_activate (self->list_view);
}

/**
 * at_gtk_task_view_set_single_click_activate: (set-property single-click-activate)
 * @self: A view.
 * @single_click_activate: %TRUE if it is.
 *
 * Whether a row is activated by a single click.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_single_click_activate (AtGtkTaskView *self,
                                            gboolean       single_click_activate)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  if (gtk_list_view_get_single_click_activate (self->list_view) == !!single_click_activate)
    return;

  gtk_list_view_set_single_click_activate (self->list_view, single_click_activate);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_SINGLE_CLICK_ACTIVATE]);
}

/**
 * at_gtk_task_view_get_show_sections: (get-property show-sections)
 * @self: A view.
 *
 * Whether there are headings for those that are active, waiting, failed and finished, if
 * the items are sorted by state. There are none where GTK is older than 4.12 when the library
 * is built.
 *
 * Returns: %TRUE if there are
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_view_get_show_sections (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), FALSE);

  return self->show_sections;
}

/**
 * at_gtk_task_view_set_show_sections: (set-property show-sections)
 * @self: A view.
 * @show_sections: %TRUE if there are.
 *
 * Whether there are headings for those that are active, waiting, failed and finished, if
 * the items are sorted by state. There are none where GTK is older than 4.12 when the library
 * is built.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_show_sections (AtGtkTaskView *self,
                                    gboolean       show_sections)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  show_sections = !!show_sections;
  if (self->show_sections == show_sections)
    return;

  self->show_sections = show_sections;
  at_gtk_task_view_show_headings (self);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_SHOW_SECTIONS]);
}

/**
 * at_gtk_task_view_get_density: (get-property density)
 * @self: A view.
 *
 * How much room the rows take.
 *
 * Returns: the density
 *
 * Since: 1.0
 */
AtGtkTaskDensity
at_gtk_task_view_get_density (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), AT_GTK_TASK_DENSITY_NORMAL);

  return self->density;
}

/**
 * at_gtk_task_view_set_density: (set-property density)
 * @self: A view.
 * @density: The density.
 *
 * How much room the rows take.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_density (AtGtkTaskView    *self,
                              AtGtkTaskDensity  density)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  if (self->density == density)
    return;

  self->density = density;
  if (density == AT_GTK_TASK_DENSITY_COMPACT)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_DENSITY]);
}

/**
 * at_gtk_task_view_get_show_icon: (get-property show-icon)
 * @self: A view.
 *
 * Whether the rows have icons: [property@TaskRow:show-icon].
 *
 * Returns: %TRUE if they have
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_view_get_show_icon (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), FALSE);

  return self->show_icon;
}

/**
 * at_gtk_task_view_set_show_icon: (set-property show-icon)
 * @self: A view.
 * @show_icon: %TRUE if they have.
 *
 * Whether the rows have icons: [property@TaskRow:show-icon].
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_show_icon (AtGtkTaskView *self,
                                gboolean       show_icon)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  show_icon = !!show_icon;
  if (self->show_icon == show_icon)
    return;

  self->show_icon = show_icon;

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_SHOW_ICON]);
}

/**
 * at_gtk_task_view_get_show_menu: (get-property show-menu)
 * @self: A view.
 *
 * Whether the rows have a button for their menu: [property@TaskRow:show-menu].
 *
 * Returns: %TRUE if they have
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_view_get_show_menu (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), FALSE);

  return self->show_menu;
}

/**
 * at_gtk_task_view_set_show_menu: (set-property show-menu)
 * @self: A view.
 * @show_menu: %TRUE if they have.
 *
 * Whether the rows have a button for their menu: [property@TaskRow:show-menu].
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_show_menu (AtGtkTaskView *self,
                                gboolean       show_menu)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  show_menu = !!show_menu;
  if (self->show_menu == show_menu)
    return;

  self->show_menu = show_menu;

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_SHOW_MENU]);
}

/**
 * at_gtk_task_view_get_actions: (get-property actions)
 * @self: A view.
 *
 * What the rows and the keyboard offer to do, as far as the items allow it.
 *
 * Returns: the actions
 *
 * Since: 1.0
 */
AtGtkTaskActions
at_gtk_task_view_get_actions (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), AT_GTK_TASK_ACTION_NONE);

  return self->actions;
}

/**
 * at_gtk_task_view_set_actions: (set-property actions)
 * @self: A view.
 * @actions: The actions.
 *
 * What the rows and the keyboard offer to do, as far as the items allow it.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_actions (AtGtkTaskView    *self,
                              AtGtkTaskActions  actions)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));

  if (self->actions == actions)
    return;

  self->actions = actions;

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_ACTIONS]);
}

/**
 * at_gtk_task_view_get_empty_widget: (get-property empty-widget)
 * @self: A view.
 *
 * What is shown while there are no tasks. Without one, some words are.
 *
 * Returns: (transfer none) (nullable): the widget, or %NULL
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_task_view_get_empty_widget (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), NULL);

  return self->empty_widget;
}

/**
 * at_gtk_task_view_set_empty_widget: (set-property empty-widget)
 * @self: A view.
 * @empty_widget: (nullable): The widget, which has no parent.
 *
 * What is shown while there are no tasks. Without one, some words are.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_empty_widget (AtGtkTaskView *self,
                                   GtkWidget     *empty_widget)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));
  g_return_if_fail (empty_widget == NULL || GTK_IS_WIDGET (empty_widget));
  g_return_if_fail (empty_widget == NULL || empty_widget == self->empty_widget ||
                    gtk_widget_get_parent (empty_widget) == NULL);

  if (self->empty_widget == empty_widget)
    return;

  if (self->empty_widget != NULL)
    gtk_box_remove (self->empty_page, self->empty_widget);
  g_set_object (&self->empty_widget, empty_widget);
  if (empty_widget != NULL)
    gtk_box_append (self->empty_page, empty_widget);
  gtk_widget_set_visible (self->empty_label, empty_widget == NULL);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_EMPTY_WIDGET]);
}

/**
 * at_gtk_task_view_get_undo_timeout: (get-property undo-timeout)
 * @self: A view.
 *
 * For how many seconds what was removed can be brought back, or -1 for as long as
 * [property@TaskItems:undo-timeout] of the items says.
 *
 * Returns: seconds, or -1
 *
 * Since: 1.0
 */
double
at_gtk_task_view_get_undo_timeout (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), -1);

  return self->undo_timeout;
}

/**
 * at_gtk_task_view_set_undo_timeout: (set-property undo-timeout)
 * @self: A view.
 * @seconds: Seconds, or -1.
 *
 * For how many seconds what was removed can be brought back, or -1 for as long as
 * [property@TaskItems:undo-timeout] of the items says.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_undo_timeout (AtGtkTaskView *self,
                                   double         seconds)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));
  g_return_if_fail (seconds == -1 || (seconds >= 0 && seconds <= G_MAXDOUBLE));

  if (self->undo_timeout == seconds)
    return;

  self->undo_timeout = seconds;
  update_undo_timeout (self);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_UNDO_TIMEOUT]);
}

/**
 * at_gtk_task_view_undo:
 * @self: A view.
 *
 * Brings back what was removed last, as Ctrl+Z does: [method@TaskItems.undo].
 *
 * Returns: %TRUE if there was something to bring back
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_view_undo (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), FALSE);

  return self->items != NULL && at_gtk_task_items_undo (self->items);
}
