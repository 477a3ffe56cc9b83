/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-row.h"

#include "../at-gtk-compat-private.h"
#include "../item/at-gtk-task-item-private.h"
#include "at-gtk-note-private.h"
#include "at-gtk-task-actions-private.h"
#include "at-gtk-task-bar-private.h"
#include "at-gtk-task-drag-private.h"
#include "at-gtk-task-row-private.h"
#include "at-gtk-task-view-private.h"

#include "asynctask-gtk.h"

/* What can be read in the lines that a failure has, in a window of a usual width. */
#define MAX_CAPTION_CHARS 100

/**
 * AtGtkTaskRow:
 *
 * One task of a list: its name, how far it is, what is told of it, and what can be done with it.
 *
 * It is put into the items of a [class@Gtk.ListView] or into a [class@Gtk.ListBox], and shows one
 * [class@TaskItem] after another; [class@TaskView] is a list of them that is ready to be used.
 * The list item it is in gets the name of the task as its accessible label, and what is told of
 * the task as its description.
 *
 * A menu of what can be done comes at the pointer by a click with the secondary button or a long
 * press. The file of a task that succeeded can be dragged out of the row. In a [class@TaskView]
 * of which several rows are selected, menu and dragging are for all of them.
 *
 * # Actions
 *
 * An action is enabled while it is among [property@TaskRow:actions], and the state and the
 * permissions of the item allow it.
 *
 * | action | does |
 * |---|---|
 * | `task.pause` | pauses the task |
 * | `task.resume` | lets it go on |
 * | `task.cancel` | cancels it |
 * | `task.retry` | tries again what has failed; what waits to be tried again, at once |
 * | `task.open` | opens its file, by [signal@TaskItem::open] where that has a handler, or else with what the user opens such files with |
 * | `task.show-in-folder` | shows its file in a file manager |
 * | `task.copy-details` | puts its name and what is known of it into the clipboard |
 * | `task.remove` | removes it from the lists it is in; one that runs is cancelled |
 * | `task.menu` | shows the menu |
 * | `task.details` | shows its details in a popover |
 *
 * # CSS nodes
 *
 * ```
 * taskrow[.STATE][.compact]
 * ├── image.icon
 * ├── box.words
 * │   ├── label.title
 * │   ├── taskbar[.still]
 * │   │   ╰── progressbar
 * │   ├── box.line
 * │   │   ├── box
 * │   │   │   ╰── image.mark
 * │   │   ╰── label.caption.subtitle[.error]
 * │   ╰── button.details
 * ├── button
 * ├── button
 * ╰── button
 * ```
 *
 * `STATE` is one of `pending`, `waiting`, `queued`, `running`, `paused`, `retrying`, `succeeded`,
 * `failed`, `cancelled` and `gone`. The bar is `still` while nobody knows how far the task is, and
 * the user wants no animations. What a menu or a long text is shown in is a `popover` of the row,
 * the latter with the class `tasknote`.
 *
 * Since: 1.0
 */
struct _AtGtkTaskRow
{
  GtkWidget         parent_instance;

  AtGtkTaskItem    *item;
  AtGtkTaskActions  actions;
  AtGtkTaskDensity  density;
  gboolean          show_icon;
  gboolean          show_menu;

  GtkListItem      *list_item; /* weak: it has this as its child */
  AtGtkTaskActions  enabled;
  AtGtkTaskActions  first_action;
  AtGtkTaskActions  second_action;
  const char       *state_class;

  GtkWidget        *icon;
  GtkWidget        *title;
  GtkWidget        *bar;
  GtkWidget        *mark;
  GtkWidget        *caption;
  GtkWidget        *details;
  GtkWidget        *first;
  GtkWidget        *second;
  GtkWidget        *menu;
};

enum
{
  PROP_ITEM = 1,
  PROP_DENSITY,
  PROP_SHOW_ICON,
  PROP_SHOW_MENU,
  PROP_ACTIONS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (AtGtkTaskRow, at_gtk_task_row, GTK_TYPE_WIDGET)

static AtGtkTaskView *
get_view (AtGtkTaskRow *self)
{
  return (AtGtkTaskView *) gtk_widget_get_ancestor (GTK_WIDGET (self), AT_GTK_TYPE_TASK_VIEW);
}

/* Those that what is chosen in the menu, or dragged, is for. */
static GPtrArray *
get_together (AtGtkTaskRow *self)
{
  AtGtkTaskView *view = get_view (self);
  GPtrArray *items;

  if (view != NULL)
    return at_gtk_task_view_get_together (view, self->item);

  items = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (items, g_object_ref (self->item));

  return items;
}

static GdkRectangle
get_place_of (AtGtkTaskRow *self,
              GtkWidget    *child)
{
  GdkRectangle place = { 0, 0, gtk_widget_get_width (child), gtk_widget_get_height (child) };
  double x, y;

  if (gtk_widget_translate_coordinates (child, GTK_WIDGET (self), 0, 0, &x, &y))
    {
      place.x = (int) x;
      place.y = (int) y;
    }

  return place;
}

static void
show_menu_at (AtGtkTaskRow       *self,
              const GdkRectangle *at,
              gboolean            is_at_pointer)
{
  g_autoptr (GMenuModel) model = NULL;
  GtkWidget *popover;

  if ((self->enabled & AT_GTK_TASK_ACTION_MENU) == 0)
    return;

  at_gtk_popovers_drop (GTK_WIDGET (self));
  model = at_gtk_task_actions_make_menu (self->item, self->enabled);
  popover = gtk_popover_menu_new_from_model (model);
  if (is_at_pointer)
    {
      gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
      gtk_widget_set_halign (popover, GTK_ALIGN_START);
    }
  at_gtk_popover_show (GTK_POPOVER (popover), GTK_WIDGET (self), at);
}

static void
show_menu (AtGtkTaskRow *self)
{
  GtkWidget *child = gtk_widget_get_visible (self->menu) ? self->menu : self->title;
  GdkRectangle place = get_place_of (self, child);

  show_menu_at (self, &place, FALSE);
}

static void
show_details (AtGtkTaskRow *self)
{
  const char *detail = at_gtk_task_item_get_detail (self->item);

  if (detail == NULL)
    return;

  at_gtk_popovers_drop (GTK_WIDGET (self));
  at_gtk_note_show (GTK_WIDGET (self), self->item, detail, AT_GTK_TASK_ACTION_COPY_DETAILS);
}

static void
do_together (AtGtkTaskRow     *self,
             GPtrArray        *items,
             AtGtkTaskActions  one)
{
  AtGtkTaskView *view = get_view (self);

  if (one == AT_GTK_TASK_ACTION_MENU)
    show_menu (self);
  else if (one == AT_GTK_TASK_ACTION_DETAILS)
    show_details (self);
  else if (one == AT_GTK_TASK_ACTION_REMOVE && view != NULL)
    at_gtk_task_view_remove (view, items);
  else
    at_gtk_task_actions_do (GTK_WIDGET (self), items, one);
}

static void
do_alone (AtGtkTaskRow     *self,
          AtGtkTaskActions  one)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if ((self->enabled & one) == 0)
    return;

  g_ptr_array_add (items, g_object_ref (self->item));
  do_together (self, items, one);
}

static void
on_action (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  AtGtkTaskRow *self = AT_GTK_TASK_ROW (widget);
  AtGtkTaskActions one = at_gtk_task_actions_from_name (name);
  g_autoptr (GPtrArray) items = NULL;

  if ((self->enabled & one) == 0)
    return;

  items = get_together (self);
  do_together (self, items, one);
}

static void
on_clicked (AtGtkTaskRow *self,
            GtkWidget    *button)
{
  if (button == self->first)
    do_alone (self, self->first_action);
  else if (button == self->second)
    do_alone (self, self->second_action);
  else
    do_alone (self, button == self->menu ? AT_GTK_TASK_ACTION_MENU : AT_GTK_TASK_ACTION_DETAILS);
}

static void
show_menu_at_pointer (AtGtkTaskRow *self,
                      double        x,
                      double        y,
                      GtkGesture   *gesture)
{
  GdkRectangle place = { (int) x, (int) y, 1, 1 };

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu_at (self, &place, TRUE);
}

static void
on_secondary_pressed (AtGtkTaskRow    *self,
                      int              n_press,
                      double           x,
                      double           y,
                      GtkGestureClick *gesture)
{
  show_menu_at_pointer (self, x, y, GTK_GESTURE (gesture));
}

static void
on_long_pressed (AtGtkTaskRow        *self,
                 double               x,
                 double               y,
                 GtkGestureLongPress *gesture)
{
  show_menu_at_pointer (self, x, y, GTK_GESTURE (gesture));
}

static GdkContentProvider *
on_drag_prepare (GtkDragSource *source,
                 double         x,
                 double         y,
                 AtGtkTaskRow  *self)
{
  g_autoptr (GPtrArray) items = NULL;

  if (self->item == NULL)
    return NULL;

  items = get_together (self);

  return at_gtk_task_drag_prepare (source, self->item, items);
}

/* What is cut off is told where the pointer is. */
static gboolean
on_query_tooltip (GtkWidget    *label,
                  int           x,
                  int           y,
                  gboolean      by_keyboard,
                  GtkTooltip   *tooltip,
                  AtGtkTaskRow *self)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))))
    return FALSE;

  gtk_tooltip_set_text (tooltip, gtk_label_get_label (GTK_LABEL (label)));

  return TRUE;
}

/* What an assistive technology comes to when it goes through a list. */
static GtkAccessible *
get_named (AtGtkTaskRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (parent != NULL && (GTK_IS_LIST_BOX_ROW (parent) || g_str_equal (G_OBJECT_TYPE_NAME (parent), "GtkListItemWidget")))
    return GTK_ACCESSIBLE (parent);

  return GTK_ACCESSIBLE (self);
}

static void
name_row (AtGtkTaskRow *self)
{
  const char *title = gtk_label_get_label (GTK_LABEL (self->title));
  const char *subtitle = gtk_label_get_label (GTK_LABEL (self->caption));

  if (self->item == NULL)
    return;
  if (self->list_item != NULL && at_gtk_compat_name_list_item (self->list_item, title, subtitle))
    return;

  gtk_accessible_update_property (get_named (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle,
                                  -1);
}

static void
name_button (AtGtkTaskRow     *self,
             GtkWidget        *button,
             AtGtkTaskActions  one)
{
  g_autofree char *sentence = at_gtk_task_actions_dup_sentence (one, gtk_label_get_label (GTK_LABEL (self->title)));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

/* The focus does not leave the row with a button that goes. */
static void
show_button (AtGtkTaskRow *self,
             GtkWidget    *button,
             gboolean      is_visible)
{
  if (!is_visible && gtk_widget_has_focus (button))
    {
      GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

      gtk_widget_set_visible (button, FALSE);
      if (parent != NULL && gtk_widget_get_focusable (parent))
        gtk_widget_grab_focus (parent);
      else
        gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
      return;
    }

  gtk_widget_set_visible (button, is_visible);
}

static void
fill_button (AtGtkTaskRow     *self,
             GtkWidget        *button,
             AtGtkTaskActions *had,
             AtGtkTaskActions  one)
{
  if (*had != one && one != AT_GTK_TASK_ACTION_NONE)
    {
      g_autofree char *label = at_gtk_task_actions_dup_label (one);

      gtk_button_set_icon_name (GTK_BUTTON (button), at_gtk_task_actions_get_icon (one));
      gtk_widget_set_tooltip_text (button, label);
      name_button (self, button, one);
    }
  *had = one;
  show_button (self, button, one != AT_GTK_TASK_ACTION_NONE);
}

static void
enable_actions (AtGtkTaskRow     *self,
                AtGtkTaskActions  enabled)
{
  AtGtkTaskActions changed = self->enabled ^ enabled;

  self->enabled = enabled;
  for (guint i = 0; i < AT_GTK_N_TASK_ACTIONS; i++)
    if ((changed & (1u << i)) != 0)
      gtk_widget_action_set_enabled (GTK_WIDGET (self), at_gtk_task_actions_get_name (1u << i),
                                     (enabled & (1u << i)) != 0);
}

/* Of a failure that has more to say than is seen. */
static void
show_details_button (AtGtkTaskRow *self)
{
  const char *caption = gtk_label_get_label (GTK_LABEL (self->caption));
  gboolean is_shown = (self->enabled & AT_GTK_TASK_ACTION_DETAILS) != 0 &&
                      at_gtk_task_item_get_state (self->item) == AT_GTK_TASK_STATE_FAILED;

  if (is_shown && g_strcmp0 (at_gtk_task_item_get_detail (self->item), caption) == 0)
    is_shown = g_utf8_strlen (caption, -1) > MAX_CAPTION_CHARS;
  show_button (self, self->details, is_shown);
}

static void
update_actions (AtGtkTaskRow *self)
{
  AtGtkTaskActions enabled = AT_GTK_TASK_ACTION_NONE;
  gboolean has_menu;

  if (self->item != NULL)
    enabled = at_gtk_task_actions_get_enabled (self->item) & self->actions;
  has_menu = self->show_menu && (enabled & AT_GTK_TASK_ACTION_MENU) != 0;

  enable_actions (self, enabled);
  fill_button (self, self->first, &self->first_action, at_gtk_task_actions_get_first (enabled));
  fill_button (self, self->second, &self->second_action,
               has_menu ? AT_GTK_TASK_ACTION_NONE : at_gtk_task_actions_get_second (enabled));
  show_button (self, self->menu, has_menu);
  show_details_button (self);
}

/* A failure is worth more lines than how far something is. */
static void
update_lines (AtGtkTaskRow *self)
{
  gboolean is_compact = self->density == AT_GTK_TASK_DENSITY_COMPACT;
  gboolean has_failed = self->item != NULL && at_gtk_task_item_get_state (self->item) == AT_GTK_TASK_STATE_FAILED;

  gtk_label_set_lines (GTK_LABEL (self->caption), (is_compact ? 1 : 2) + (has_failed ? 1 : 0));
}

static void
set_css_class (GtkWidget  *widget,
               const char *css_class,
               gboolean    is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
update_state (AtGtkTaskRow *self)
{
  AtGtkTaskState state = at_gtk_task_item_get_state (self->item);
  g_autoptr (GEnumClass) states = g_type_class_ref (AT_GTK_TYPE_TASK_STATE);
  const char *state_class = g_enum_get_value (states, (int) state)->value_nick;

  if (self->state_class != state_class)
    {
      if (self->state_class != NULL)
        gtk_widget_remove_css_class (GTK_WIDGET (self), self->state_class);
      gtk_widget_add_css_class (GTK_WIDGET (self), state_class);
      self->state_class = state_class;

      set_css_class (self->caption, "error", state == AT_GTK_TASK_STATE_FAILED);
      set_css_class (self->caption, "dim-label", state != AT_GTK_TASK_STATE_FAILED);
      set_css_class (self->title, "dim-label", state == AT_GTK_TASK_STATE_GONE);
      set_css_class (self->icon, "dim-label", state == AT_GTK_TASK_STATE_GONE);
      if (state == AT_GTK_TASK_STATE_FAILED)
        gtk_image_set_from_icon_name (GTK_IMAGE (self->mark), "dialog-error-symbolic");
      else if (state == AT_GTK_TASK_STATE_SUCCEEDED)
        gtk_image_set_from_icon_name (GTK_IMAGE (self->mark), "object-select-symbolic");
      gtk_widget_set_visible (gtk_widget_get_parent (self->mark),
                              state == AT_GTK_TASK_STATE_FAILED || state == AT_GTK_TASK_STATE_SUCCEEDED);
    }

  update_lines (self);
  update_actions (self);
}

static void
update_title (AtGtkTaskRow *self)
{
  const char *title = at_gtk_task_item_get_title (self->item);

  gtk_label_set_label (GTK_LABEL (self->title), title != NULL ? title : "");
  if (self->first_action != AT_GTK_TASK_ACTION_NONE)
    name_button (self, self->first, self->first_action);
  if (self->second_action != AT_GTK_TASK_ACTION_NONE)
    name_button (self, self->second, self->second_action);
  name_button (self, self->menu, AT_GTK_TASK_ACTION_MENU);
  name_button (self, self->details, AT_GTK_TASK_ACTION_DETAILS);
  name_row (self);
}

static void
update_subtitle (AtGtkTaskRow *self)
{
  const char *subtitle = at_gtk_task_item_get_subtitle (self->item);

  gtk_label_set_label (GTK_LABEL (self->caption), subtitle != NULL ? subtitle : "");
  show_details_button (self);
  name_row (self);
}

static void
update_icon (AtGtkTaskRow *self)
{
  GIcon *icon = self->item != NULL && self->show_icon ? at_gtk_task_item_get_icon (self->item) : NULL;

  gtk_widget_set_visible (self->icon, icon != NULL);
  if (icon != NULL)
    gtk_image_set_from_gicon (GTK_IMAGE (self->icon), icon);
}

static void
leave_item (AtGtkTaskRow *self)
{
  if (self->item == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->item, self);
  at_gtk_task_bar_set_item (AT_GTK_TASK_BAR (self->bar), NULL);
  g_clear_object (&self->item);
}

static void
enter_item (AtGtkTaskRow  *self,
            AtGtkTaskItem *item)
{
  self->item = g_object_ref (item);
  g_signal_connect_swapped (item, "notify::title", G_CALLBACK (update_title), self);
  g_signal_connect_swapped (item, "notify::subtitle", G_CALLBACK (update_subtitle), self);
  g_signal_connect_swapped (item, "notify::icon", G_CALLBACK (update_icon), self);
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (item, "notify::detail", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (item, "notify::file", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (item, "notify::can-cancel", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (item, "notify::can-pause", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (item, "notify::can-retry", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (item, "notify::can-open", G_CALLBACK (update_actions), self);

  at_gtk_task_bar_set_item (AT_GTK_TASK_BAR (self->bar), item);
  update_state (self);
  update_icon (self);
  update_subtitle (self);
  update_title (self);
}

static void
at_gtk_task_row_dispose (GObject *object)
{
  AtGtkTaskRow *self = AT_GTK_TASK_ROW (object);
  GtkWidget *child;

  if (self->bar != NULL)
    leave_item (self);
  self->bar = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (at_gtk_task_row_parent_class)->dispose (object);
}

static void
at_gtk_task_row_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  AtGtkTaskRow *self = AT_GTK_TASK_ROW (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_row_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  AtGtkTaskRow *self = AT_GTK_TASK_ROW (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      at_gtk_task_row_set_item (self, g_value_get_object (value));
      break;
    case PROP_DENSITY:
      at_gtk_task_row_set_density (self, (AtGtkTaskDensity) g_value_get_enum (value));
      break;
    case PROP_SHOW_ICON:
      at_gtk_task_row_set_show_icon (self, g_value_get_boolean (value));
      break;
    case PROP_SHOW_MENU:
      at_gtk_task_row_set_show_menu (self, g_value_get_boolean (value));
      break;
    case PROP_ACTIONS:
      at_gtk_task_row_set_actions (self, g_value_get_flags (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_row_class_init (AtGtkTaskRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = at_gtk_task_row_dispose;
  object_class->get_property = at_gtk_task_row_get_property;
  object_class->set_property = at_gtk_task_row_set_property;

  /**
   * AtGtkTaskRow:item: (getter get_item) (setter set_item)
   *
   * What the row shows.
   *
   * Since: 1.0
   */
  props[PROP_ITEM] =
    g_param_spec_object ("item", NULL, NULL, AT_GTK_TYPE_TASK_ITEM,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskRow:density: (getter get_density) (setter set_density)
   *
   * How much room the row takes.
   *
   * Since: 1.0
   */
  props[PROP_DENSITY] =
    g_param_spec_enum ("density", NULL, NULL, AT_GTK_TYPE_TASK_DENSITY, AT_GTK_TASK_DENSITY_NORMAL,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskRow:show-icon: (getter get_show_icon) (setter set_show_icon)
   *
   * Whether the icon of the item is shown, if it has one.
   *
   * Since: 1.0
   */
  props[PROP_SHOW_ICON] =
    g_param_spec_boolean ("show-icon", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskRow:show-menu: (getter get_show_menu) (setter set_show_menu)
   *
   * Whether there is a button for the menu. Without one, a task can be cancelled or
   * removed by a button instead. The menu is there in any case, for pointer and keyboard.
   *
   * Since: 1.0
   */
  props[PROP_SHOW_MENU] =
    g_param_spec_boolean ("show-menu", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskRow:actions: (getter get_actions) (setter set_actions)
   *
   * What the row offers to do, as far as the item allows it.
   *
   * Since: 1.0
   */
  props[PROP_ACTIONS] =
    g_param_spec_flags ("actions", NULL, NULL, AT_GTK_TYPE_TASK_ACTIONS, AT_GTK_TASK_ACTION_ALL,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (AT_GTK_TYPE_TASK_BAR);
  gtk_widget_class_set_css_name (widget_class, "taskrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/gtk/list/at-gtk-task-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, icon);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, title);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, bar);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, mark);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, caption);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, details);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, first);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, second);
  gtk_widget_class_bind_template_child (widget_class, AtGtkTaskRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_long_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_drag_prepare);
  gtk_widget_class_bind_template_callback (widget_class, on_query_tooltip);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);

  for (guint i = 0; i < AT_GTK_N_TASK_ACTIONS; i++)
    gtk_widget_class_install_action (widget_class, at_gtk_task_actions_get_name (1u << i), NULL, on_action);

  at_gtk_init ();
}

static void
at_gtk_task_row_init (AtGtkTaskRow *self)
{
  self->actions = AT_GTK_TASK_ACTION_ALL;
  self->show_icon = TRUE;
  self->show_menu = TRUE;
  self->enabled = AT_GTK_TASK_ACTION_ALL;

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::parent", G_CALLBACK (name_row), NULL);
  update_lines (self);
  update_actions (self);
}

/* Has the list item named instead of the row's parent, where GTK can. It is to be unset before
 * the list item goes. */
void
at_gtk_task_row_set_list_item (AtGtkTaskRow *self,
                               GtkListItem  *list_item)
{
  self->list_item = list_item;
}

/* On the item of this row alone, as its buttons do. */
void
at_gtk_task_row_do (AtGtkTaskRow     *self,
                    AtGtkTaskActions  one)
{
  do_alone (self, one);
}

/**
 * at_gtk_task_row_new:
 * @item: (nullable): What the row shows.
 *
 * Makes a row.
 *
 * Returns: the row
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_task_row_new (AtGtkTaskItem *item)
{
  g_return_val_if_fail (item == NULL || AT_GTK_IS_TASK_ITEM (item), NULL);

  return g_object_new (AT_GTK_TYPE_TASK_ROW, "item", item, NULL);
}

/**
 * at_gtk_task_row_get_item: (get-property item)
 * @self: A row.
 *
 * What the row shows.
 *
 * Returns: (transfer none) (nullable): the item, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItem *
at_gtk_task_row_get_item (AtGtkTaskRow *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ROW (self), NULL);

  return self->item;
}

/**
 * at_gtk_task_row_set_item: (set-property item)
 * @self: A row.
 * @item: (nullable): The item.
 *
 * What the row shows.
 *
 * Since: 1.0
 */
void
at_gtk_task_row_set_item (AtGtkTaskRow  *self,
                          AtGtkTaskItem *item)
{
  g_return_if_fail (AT_GTK_IS_TASK_ROW (self));
  g_return_if_fail (item == NULL || AT_GTK_IS_TASK_ITEM (item));

  if (self->item == item)
    return;

  at_gtk_popovers_drop (GTK_WIDGET (self));
  leave_item (self);
  if (item != NULL)
    enter_item (self, item);
  else
    enable_actions (self, AT_GTK_TASK_ACTION_NONE);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}

/**
 * at_gtk_task_row_get_density: (get-property density)
 * @self: A row.
 *
 * How much room the row takes.
 *
 * Returns: the density
 *
 * Since: 1.0
 */
AtGtkTaskDensity
at_gtk_task_row_get_density (AtGtkTaskRow *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ROW (self), AT_GTK_TASK_DENSITY_NORMAL);

  return self->density;
}

/**
 * at_gtk_task_row_set_density: (set-property density)
 * @self: A row.
 * @density: The density.
 *
 * How much room the row takes.
 *
 * Since: 1.0
 */
void
at_gtk_task_row_set_density (AtGtkTaskRow     *self,
                             AtGtkTaskDensity  density)
{
  g_return_if_fail (AT_GTK_IS_TASK_ROW (self));

  if (self->density == density)
    return;

  self->density = density;
  set_css_class (GTK_WIDGET (self), "compact", density == AT_GTK_TASK_DENSITY_COMPACT);
  update_lines (self);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DENSITY]);
}

/**
 * at_gtk_task_row_get_show_icon: (get-property show-icon)
 * @self: A row.
 *
 * Whether the icon of the item is shown, if it has one.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_row_get_show_icon (AtGtkTaskRow *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ROW (self), FALSE);

  return self->show_icon;
}

/**
 * at_gtk_task_row_set_show_icon: (set-property show-icon)
 * @self: A row.
 * @show_icon: %TRUE if it is.
 *
 * Whether the icon of the item is shown, if it has one.
 *
 * Since: 1.0
 */
void
at_gtk_task_row_set_show_icon (AtGtkTaskRow *self,
                               gboolean      show_icon)
{
  g_return_if_fail (AT_GTK_IS_TASK_ROW (self));

  show_icon = !!show_icon;
  if (self->show_icon == show_icon)
    return;

  self->show_icon = show_icon;
  update_icon (self);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_ICON]);
}

/**
 * at_gtk_task_row_get_show_menu: (get-property show-menu)
 * @self: A row.
 *
 * Whether there is a button for the menu.
 *
 * Returns: %TRUE if there is
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_row_get_show_menu (AtGtkTaskRow *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ROW (self), FALSE);

  return self->show_menu;
}

/**
 * at_gtk_task_row_set_show_menu: (set-property show-menu)
 * @self: A row.
 * @show_menu: %TRUE if there is.
 *
 * Whether there is a button for the menu. Without one, a task can be cancelled or
 * removed by a button instead.
 *
 * Since: 1.0
 */
void
at_gtk_task_row_set_show_menu (AtGtkTaskRow *self,
                               gboolean      show_menu)
{
  g_return_if_fail (AT_GTK_IS_TASK_ROW (self));

  show_menu = !!show_menu;
  if (self->show_menu == show_menu)
    return;

  self->show_menu = show_menu;
  update_actions (self);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_MENU]);
}

/**
 * at_gtk_task_row_get_actions: (get-property actions)
 * @self: A row.
 *
 * What the row offers to do, as far as the item allows it.
 *
 * Returns: the actions
 *
 * Since: 1.0
 */
AtGtkTaskActions
at_gtk_task_row_get_actions (AtGtkTaskRow *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ROW (self), AT_GTK_TASK_ACTION_NONE);

  return self->actions;
}

/**
 * at_gtk_task_row_set_actions: (set-property actions)
 * @self: A row.
 * @actions: The actions.
 *
 * What the row offers to do, as far as the item allows it.
 *
 * Since: 1.0
 */
void
at_gtk_task_row_set_actions (AtGtkTaskRow     *self,
                             AtGtkTaskActions  actions)
{
  g_return_if_fail (AT_GTK_IS_TASK_ROW (self));

  if (self->actions == actions)
    return;

  self->actions = actions;
  update_actions (self);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIONS]);
}
