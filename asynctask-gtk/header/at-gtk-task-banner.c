/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-banner.h"

#include "at-gtk-enum-types.h"
#include "at-gtk-init.h"

#include "at-gtk-busy-private.h"
#include "item/at-gtk-task-item-private.h"
#include "list/at-gtk-task-bar-private.h"

/**
 * AtGtkTaskBanner:
 *
 * A strip on top of a view that shows the most important task, with a thin bar at its lower edge.
 *
 * A failure that nobody has dismissed comes first, then what runs, what will be tried again, what is
 * paused, and what waits. It stays with a task for as long as none is more important, and
 * changes no more than once a second, unless something fails, so that many short ones do not
 * flicker by.
 *
 * It appears and leaves as an [class@TaskButton] does: nothing is shown of what will soon be over, and
 * what is shown stays for three seconds after the end. A failure stays until it is dismissed, by
 * [property@TaskBanner:revealed], or removed from the items.
 *
 * ```c
 * GtkWidget *banner = at_gtk_task_banner_new (items);
 *
 * at_gtk_task_banner_set_button_label (AT_GTK_TASK_BANNER (banner), "Details");
 * gtk_box_prepend (box, banner);
 * ```
 *
 * # CSS nodes
 *
 * ```
 * taskbanner[.STATE]
 * ╰── revealer
 *     ╰── overlay
 *         ├── box
 *         │   ├── label.title
 *         │   ├── label.subtitle
 *         │   ╰── button
 *         ╰── taskbar
 * ```
 *
 * It has the state of its task as a style class: `.running`, `.failed` and so on.
 *
 * It belongs to the thread of GTK.
 *
 * Since: 1.0
 */

#define CALM 1.0 /* seconds */

struct _AtGtkTaskBanner
{
  GtkWidget       parent_instance;

  GtkWidget      *revealer;
  GtkWidget      *title;
  GtkWidget      *subtitle;
  GtkWidget      *button;
  GtkWidget      *bar;
  char           *button_label; /* or NULL */
  char           *state_class;  /* or NULL */

  AtGtkBusy       busy;
  AtGtkTaskItem  *item; /* or NULL */
  GBinding       *title_binding;
  GBinding       *subtitle_binding;
  AtGtkTimer      calm; /* while it is set, another item waits */
  gboolean        was_revealed; /* as it was last told */
};

enum
{
  PROP_ITEMS = 1,
  PROP_ITEM,
  PROP_REVEALED,
  PROP_BUTTON_LABEL,
  N_PROPS
};

enum
{
  BUTTON_CLICKED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AtGtkTaskBanner, at_gtk_task_banner, GTK_TYPE_WIDGET)

/* Which item. */

/* The lower, the more important. */
static int
get_rank (AtGtkTaskBanner *self,
          AtGtkTaskItem   *item)
{
  switch (at_gtk_task_item_get_state (item))
    {
    case AT_GTK_TASK_STATE_FAILED:
      return at_gtk_task_watch_is_unseen (self->busy.watch, item) ? 0 : G_MAXINT;
    case AT_GTK_TASK_STATE_RUNNING:
      return 1;
    case AT_GTK_TASK_STATE_RETRYING:
      return 2;
    case AT_GTK_TASK_STATE_PAUSED:
      return 3;
    case AT_GTK_TASK_STATE_QUEUED:
      return 4;
    case AT_GTK_TASK_STATE_WAITING:
      return 5;
    case AT_GTK_TASK_STATE_PENDING:
    case AT_GTK_TASK_STATE_SUCCEEDED:
    case AT_GTK_TASK_STATE_CANCELLED:
    case AT_GTK_TASK_STATE_GONE:
    default:
      return G_MAXINT;
    }
}

/* The rank that is there at least, by how many there are, so that few items are looked at. */
static int
get_first_rank (AtGtkTaskBanner *self)
{
  static const AtGtkTaskState states[] = {
    AT_GTK_TASK_STATE_RUNNING, AT_GTK_TASK_STATE_RETRYING, AT_GTK_TASK_STATE_PAUSED, AT_GTK_TASK_STATE_QUEUED,
    AT_GTK_TASK_STATE_WAITING,
  };

  if (self->busy.watch == NULL)
    return G_MAXINT;
  if (at_gtk_busy_has_failure (&self->busy))
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (at_gtk_task_watch_get_n_in_state (self->busy.watch, states[i]) > 0)
      return i + 1;

  return G_MAXINT;
}

static AtGtkTaskItem *
find_best (AtGtkTaskBanner *self,
           int              rank)
{
  guint n_items;

  if (rank == G_MAXINT)
    return NULL;
  /* One that has left the list is in no state. */
  if (self->item != NULL && at_gtk_task_watch_has (self->busy.watch, self->item) && get_rank (self, self->item) == rank)
    return g_object_ref (self->item);

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->busy.items));
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (self->busy.items), i);

      if (get_rank (self, item) == rank)
        return g_steal_pointer (&item);
    }

  return NULL;
}

static void
update_class (AtGtkTaskBanner *self)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (AT_GTK_TYPE_TASK_STATE);
  const char *name = NULL;

  if (self->item != NULL)
    name = g_enum_get_value (states, at_gtk_task_item_get_state (self->item))->value_nick;
  if (g_strcmp0 (name, self->state_class) == 0)
    return;

  if (self->state_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->state_class);
  g_free (self->state_class);
  self->state_class = g_strdup (name);
  if (name != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
}

static void
set_item (AtGtkTaskBanner *self,
          AtGtkTaskItem   *item)
{
  if (item == self->item)
    return;

  g_clear_pointer (&self->title_binding, g_binding_unbind);
  g_clear_pointer (&self->subtitle_binding, g_binding_unbind);
  g_set_object (&self->item, item);
  if (item != NULL)
    {
      self->title_binding = g_object_bind_property (item, "title", self->title, "label", G_BINDING_SYNC_CREATE);
      self->subtitle_binding = g_object_bind_property (item, "subtitle", self->subtitle, "label", G_BINDING_SYNC_CREATE);
    }
  at_gtk_task_bar_set_item (AT_GTK_TASK_BAR (self->bar), item);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
}

static void
update_item (AtGtkTaskBanner *self)
{
  int rank = get_first_rank (self);
  g_autoptr (AtGtkTaskItem) best = find_best (self, rank);

  /* What has ended is shown to its end, if nothing else is there; once it is hidden, it goes. */
  if (best == NULL && self->item != NULL && self->busy.is_shown)
    best = g_object_ref (self->item);
  if (best != self->item && self->item != NULL && best != NULL && rank > 0 && self->busy.is_shown &&
      at_gtk_timer_is_set (&self->calm))
    return;

  if (best != self->item)
    {
      set_item (self, best);
      at_gtk_timer_set (&self->calm, CALM);
    }
  update_class (self);
}

static void
on_calm (gpointer user_data)
{
  update_item (user_data);
}

/* When. */

static void
update_revealed (AtGtkTaskBanner *self)
{
  update_item (self);
  if (self->busy.is_shown == self->was_revealed)
    return;

  self->was_revealed = self->busy.is_shown;
  if (self->was_revealed)
    gtk_widget_set_visible (self->revealer, TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), self->was_revealed);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEALED]);
}

static void
on_busy_changed (gpointer user_data)
{
  update_revealed (user_data);
}

static void
on_busy_updated (gpointer user_data)
{
  update_item (user_data);
}

static void
on_item_moved (AtGtkTaskItem  *item,
               AtGtkTaskState  before,
               gpointer        user_data)
{
  AtGtkTaskBanner *self = user_data;

  /* Something has begun after it was dismissed. */
  if (!self->busy.is_shown && self->busy.is_active && !at_gtk_timer_is_set (&self->busy.start) &&
      at_gtk_task_state_is_active (at_gtk_task_item_get_state (item)) && !at_gtk_task_state_is_active (before))
    at_gtk_busy_begin (&self->busy);
}

static const AtGtkBusyFuncs busy_funcs = { on_busy_changed, on_item_moved, on_busy_updated };

static void
on_clicked (AtGtkTaskBanner *self)
{
  g_signal_emit (self, signals[BUTTON_CLICKED], 0);
}

static void
at_gtk_task_banner_dispose (GObject *object)
{
  AtGtkTaskBanner *self = AT_GTK_TASK_BANNER (object);

  at_gtk_timer_clear (&self->calm);
  at_gtk_busy_clear (&self->busy);
  g_clear_pointer (&self->title_binding, g_binding_unbind);
  g_clear_pointer (&self->subtitle_binding, g_binding_unbind);
  g_clear_object (&self->item);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (at_gtk_task_banner_parent_class)->dispose (object);
}

static void
at_gtk_task_banner_finalize (GObject *object)
{
  AtGtkTaskBanner *self = AT_GTK_TASK_BANNER (object);

  g_free (self->button_label);
  g_free (self->state_class);

  G_OBJECT_CLASS (at_gtk_task_banner_parent_class)->finalize (object);
}

static void
at_gtk_task_banner_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AtGtkTaskBanner *self = AT_GTK_TASK_BANNER (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      g_value_set_object (value, self->busy.items);
      break;
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    case PROP_REVEALED:
      g_value_set_boolean (value, self->busy.is_shown);
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, self->button_label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_banner_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  AtGtkTaskBanner *self = AT_GTK_TASK_BANNER (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      at_gtk_task_banner_set_items (self, g_value_get_object (value));
      break;
    case PROP_REVEALED:
      at_gtk_task_banner_set_revealed (self, g_value_get_boolean (value));
      break;
    case PROP_BUTTON_LABEL:
      at_gtk_task_banner_set_button_label (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_banner_class_init (AtGtkTaskBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  at_gtk_init ();

  object_class->dispose = at_gtk_task_banner_dispose;
  object_class->finalize = at_gtk_task_banner_finalize;
  object_class->get_property = at_gtk_task_banner_get_property;
  object_class->set_property = at_gtk_task_banner_set_property;

  /**
   * AtGtkTaskBanner:items: (getter get_items) (setter set_items)
   *
   * What is shown: the most important of them.
   *
   * Since: 1.0
   */
  properties[PROP_ITEMS] =
    g_param_spec_object ("items", NULL, NULL, AT_GTK_TYPE_TASK_ITEMS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskBanner:item: (getter get_item)
   *
   * The item that is shown, or would be.
   *
   * Since: 1.0
   */
  properties[PROP_ITEM] =
    g_param_spec_object ("item", NULL, NULL, AT_GTK_TYPE_TASK_ITEM, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskBanner:revealed: (getter get_revealed) (setter set_revealed)
   *
   * Whether it is shown.
   *
   * It changes by itself. Setting it to %FALSE dismisses what is shown, failures too, until
   * something begins or fails; setting it to %TRUE shows what is going on at once, if anything is.
   *
   * Since: 1.0
   */
  properties[PROP_REVEALED] =
    g_param_spec_boolean ("revealed", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkTaskBanner:button-label: (getter get_button_label) (setter set_button_label)
   *
   * The label of its button, with an underscore before the mnemonic; without it, there is no button.
   *
   * Since: 1.0
   */
  properties[PROP_BUTTON_LABEL] =
    g_param_spec_string ("button-label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * AtGtkTaskBanner::button-clicked:
   * @self: the banner
   *
   * Its button was clicked. [property@TaskBanner:item] is what it was clicked for.
   *
   * Since: 1.0
   */
  signals[BUTTON_CLICKED] =
    g_signal_new ("button-clicked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "taskbanner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_label (const char *class_name)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "xalign", 0.f,
                                   "ellipsize", PANGO_ELLIPSIZE_MIDDLE,
                                   NULL);

  gtk_widget_add_css_class (label, class_name);

  return label;
}

static void
on_revealed (AtGtkTaskBanner *self)
{
  /* What is hidden takes no focus, and nothing in it is drawn. */
  if (!gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer)))
    gtk_widget_set_visible (self->revealer, gtk_revealer_get_child_revealed (GTK_REVEALER (self->revealer)));
}

static void
at_gtk_task_banner_init (AtGtkTaskBanner *self)
{
  AtGtkTimer calm = AT_GTK_TIMER_INIT (on_calm, self);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *labels = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  at_gtk_busy_init (&self->busy, &busy_funcs, G_OBJECT (self));
  self->calm = calm;

  self->title = make_label ("title");
  self->subtitle = make_label ("subtitle");
  gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (labels, TRUE);
  gtk_widget_set_valign (labels, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (labels), self->title);
  gtk_box_append (GTK_BOX (labels), self->subtitle);

  self->button = g_object_new (GTK_TYPE_BUTTON,
                               "use-underline", TRUE,
                               "valign", GTK_ALIGN_CENTER,
                               "visible", FALSE,
                               NULL);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (on_clicked), self);

  gtk_box_append (GTK_BOX (box), labels);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), box);

  self->bar = at_gtk_task_bar_new ();
  gtk_widget_set_valign (self->bar, GTK_ALIGN_END);
  gtk_widget_set_can_target (self->bar, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->bar);

  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), overlay);
  gtk_widget_set_visible (self->revealer, FALSE);
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (on_revealed), self);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}

/**
 * at_gtk_task_banner_new:
 * @items: (nullable): what is shown
 *
 * Makes a banner.
 *
 * Returns: (transfer none): it
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_task_banner_new (AtGtkTaskItems *items)
{
  g_return_val_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items), NULL);

  return g_object_new (AT_GTK_TYPE_TASK_BANNER, "items", items, NULL);
}

/**
 * at_gtk_task_banner_get_item:
 * @self: the banner
 *
 * Gets the item that is shown, or would be.
 *
 * Returns: (transfer none) (nullable): the item, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItem *
at_gtk_task_banner_get_item (AtGtkTaskBanner *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BANNER (self), NULL);

  return self->item;
}

/**
 * at_gtk_task_banner_get_items:
 * @self: the banner
 *
 * Gets what is shown: the most important of them.
 *
 * Returns: (transfer none) (nullable): the items, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItems *
at_gtk_task_banner_get_items (AtGtkTaskBanner *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BANNER (self), NULL);

  return self->busy.items;
}

/**
 * at_gtk_task_banner_set_items:
 * @self: the banner
 * @items: (nullable): the items
 *
 * Sets what is shown: the most important of them.
 *
 * Since: 1.0
 */
void
at_gtk_task_banner_set_items (AtGtkTaskBanner *self,
                              AtGtkTaskItems  *items)
{
  g_return_if_fail (AT_GTK_IS_TASK_BANNER (self));
  g_return_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items));

  if (items == self->busy.items)
    return;

  at_gtk_busy_set_items (&self->busy, items);
  update_revealed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEMS]);
}

/**
 * at_gtk_task_banner_get_revealed:
 * @self: the banner
 *
 * Gets whether it is shown.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_banner_get_revealed (AtGtkTaskBanner *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BANNER (self), FALSE);

  return self->busy.is_shown;
}

/**
 * at_gtk_task_banner_set_revealed:
 * @self: the banner
 * @revealed: whether it is
 *
 * Sets whether it is shown.
 *
 * It changes by itself. %FALSE dismisses what is shown, failures too, until something begins or
 * fails; %TRUE shows what is going on at once, if anything is.
 *
 * Since: 1.0
 */
void
at_gtk_task_banner_set_revealed (AtGtkTaskBanner *self,
                                 gboolean         revealed)
{
  g_return_if_fail (AT_GTK_IS_TASK_BANNER (self));

  if (!revealed)
    {
      at_gtk_busy_mark_seen (&self->busy);
      at_gtk_busy_hide (&self->busy);
    }
  else if (self->item != NULL && self->busy.is_active)
    {
      at_gtk_busy_show (&self->busy);
    }
}

/**
 * at_gtk_task_banner_get_button_label:
 * @self: the banner
 *
 * Gets the label of its button.
 *
 * Returns: (transfer none) (nullable): the label, or %NULL
 *
 * Since: 1.0
 */
const char *
at_gtk_task_banner_get_button_label (AtGtkTaskBanner *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BANNER (self), NULL);

  return self->button_label;
}

/**
 * at_gtk_task_banner_set_button_label:
 * @self: the banner
 * @button_label: (nullable): the label
 *
 * Sets the label of its button, with an underscore before the mnemonic; without it, there is no
 * button.
 *
 * Since: 1.0
 */
void
at_gtk_task_banner_set_button_label (AtGtkTaskBanner *self,
                                     const char      *button_label)
{
  g_return_if_fail (AT_GTK_IS_TASK_BANNER (self));

  if (g_strcmp0 (button_label, self->button_label) == 0)
    return;

  g_free (self->button_label);
  self->button_label = g_strdup (button_label);
  gtk_button_set_label (GTK_BUTTON (self->button), button_label != NULL ? button_label : "");
  /* GTK 4.8 would say both, that with the underscore first. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->button)))), -1);
  gtk_widget_set_visible (self->button, button_label != NULL && *button_label != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUTTON_LABEL]);
}
