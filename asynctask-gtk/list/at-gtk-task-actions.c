/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-actions-private.h"

#include "../item/at-gtk-task-item-private.h"
#include "at-gtk-launch-private.h"
#include "../item/at-gtk-words-private.h"

#include <glib/gi18n-lib.h>

/* What can be done with a task, and what it is called. */

typedef struct
{
  const char *name;
  const char *icon;
  const char *label;
  const char *sentence;
} Action;

/* In the order of the bits of AtGtkTaskActions. */
static const Action actions[AT_GTK_N_TASK_ACTIONS] = {
  { "task.pause", "media-playback-pause-symbolic", N_("_Pause"), N_("Pause %s") },
  { "task.resume", "media-playback-start-symbolic", N_("_Resume"), N_("Resume %s") },
  { "task.cancel", "process-stop-symbolic", N_("_Cancel"), N_("Cancel %s") },
  { "task.retry", "view-refresh-symbolic", N_("_Try Again"), N_("Try %s again") },
  { "task.open", "document-open-symbolic", N_("_Open"), N_("Open %s") },
  { "task.show-in-folder", "folder-symbolic", N_("_Show in Folder"), N_("Show %s in its folder") },
  { "task.copy-details", "edit-copy-symbolic", N_("Copy _Details"), N_("Copy the details of %s") },
  { "task.remove", "list-remove-symbolic", N_("Re_move from List"), N_("Remove %s from the list") },
  { "task.menu", "view-more-symbolic", N_("Menu"), N_("Menu of %s") },
  { "task.details", "dialog-information-symbolic", N_("Deta_ils"), N_("Details of %s") },
};

static const Action *
get_action (AtGtkTaskActions one)
{
  return &actions[g_bit_nth_lsf (one, -1)];
}

const char *
at_gtk_task_actions_get_name (AtGtkTaskActions one)
{
  return get_action (one)->name;
}

const char *
at_gtk_task_actions_get_icon (AtGtkTaskActions one)
{
  return get_action (one)->icon;
}

/* Without the mark of its mnemonic. */
char *
at_gtk_task_actions_dup_label (AtGtkTaskActions one)
{
  g_auto (GStrv) parts = g_strsplit (_(get_action (one)->label), "_", 2);

  return g_strjoinv ("", parts);
}

char *
at_gtk_task_actions_dup_sentence (AtGtkTaskActions  one,
                                  const char       *title)
{
  return at_gtk_words_with_name (_(get_action (one)->sentence), title);
}

AtGtkTaskActions
at_gtk_task_actions_from_name (const char *name)
{
  for (guint i = 0; i < AT_GTK_N_TASK_ACTIONS; i++)
    if (g_str_equal (actions[i].name, name))
      return 1u << i;

  g_assert_not_reached ();
}

/* All that can be done now. */
AtGtkTaskActions
at_gtk_task_actions_get_enabled (AtGtkTaskItem *item)
{
  AtGtkTaskActions enabled = AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_COPY_DETAILS;

  for (guint i = 0; i < AT_GTK_N_TASK_ACTIONS; i++)
    if (at_gtk_task_item_can (item, 1u << i))
      enabled |= 1u << i;

  return enabled;
}

static AtGtkTaskActions
find_first (const AtGtkTaskActions *wanted,
            AtGtkTaskActions        enabled)
{
  while (*wanted != AT_GTK_TASK_ACTION_NONE && (enabled & *wanted) == 0)
    wanted++;

  return *wanted;
}

/* What a person most likely wants to do. */
AtGtkTaskActions
at_gtk_task_actions_get_first (AtGtkTaskActions enabled)
{
  static const AtGtkTaskActions wanted[] = {
    AT_GTK_TASK_ACTION_RESUME, AT_GTK_TASK_ACTION_RETRY, AT_GTK_TASK_ACTION_PAUSE,
    AT_GTK_TASK_ACTION_SHOW_IN_FOLDER, AT_GTK_TASK_ACTION_OPEN,
    AT_GTK_TASK_ACTION_CANCEL, AT_GTK_TASK_ACTION_REMOVE, AT_GTK_TASK_ACTION_NONE,
  };

  return find_first (wanted, enabled);
}

/* To remove what runs is to cancel it, and no second thing to be offered. */
static AtGtkTaskActions
without_remove_if_active (AtGtkTaskActions enabled)
{
  if ((enabled & AT_GTK_TASK_ACTION_CANCEL) != 0)
    enabled &= ~(unsigned) AT_GTK_TASK_ACTION_REMOVE;

  return enabled;
}

/* What ends it, where there is no menu to say so. */
AtGtkTaskActions
at_gtk_task_actions_get_second (AtGtkTaskActions enabled)
{
  static const AtGtkTaskActions wanted[] = {
    AT_GTK_TASK_ACTION_CANCEL, AT_GTK_TASK_ACTION_REMOVE, AT_GTK_TASK_ACTION_NONE,
  };

  return find_first (wanted, without_remove_if_active (enabled) & ~(unsigned) at_gtk_task_actions_get_first (enabled));
}

static void
append_section (GMenu            *menu,
                AtGtkTaskActions  enabled,
                AtGtkTaskActions  section_actions)
{
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < AT_GTK_N_TASK_ACTIONS; i++)
    if ((enabled & section_actions & (1u << i)) != 0)
      g_menu_append (section, _(actions[i].label), actions[i].name);
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/* What can be done with @item at this moment. */
GMenuModel *
at_gtk_task_actions_make_menu (AtGtkTaskItem    *item,
                               AtGtkTaskActions  enabled)
{
  GMenu *menu = g_menu_new ();
  GMenuModel *more = at_gtk_task_item_get_menu_model (item);

  enabled = without_remove_if_active (enabled);
  append_section (menu, enabled, AT_GTK_TASK_ACTION_OPEN | AT_GTK_TASK_ACTION_SHOW_IN_FOLDER);
  append_section (menu, enabled,
                  AT_GTK_TASK_ACTION_PAUSE | AT_GTK_TASK_ACTION_RESUME | AT_GTK_TASK_ACTION_RETRY);
  if (more != NULL)
    g_menu_append_section (menu, NULL, more);
  append_section (menu, enabled, AT_GTK_TASK_ACTION_COPY_DETAILS | AT_GTK_TASK_ACTION_DETAILS);
  append_section (menu, enabled, AT_GTK_TASK_ACTION_CANCEL | AT_GTK_TASK_ACTION_REMOVE);

  return G_MENU_MODEL (menu);
}

static void
append_line (GString    *text,
             const char *line)
{
  if (line == NULL || *line == '\0')
    return;

  g_string_append (text, line);
  if (!g_str_has_suffix (line, "\n"))
    g_string_append_c (text, '\n');
}

/* For whoever is to help. */
char *
at_gtk_task_actions_describe (AtGtkTaskItem *item)
{
  GString *text = g_string_new (NULL);
  GFile *file = at_gtk_task_item_get_file (item);
  const char *subtitle = at_gtk_task_item_get_subtitle (item);
  const char *detail = at_gtk_task_item_get_detail (item);
  g_autofree char *name = file != NULL ? g_file_get_parse_name (file) : NULL;

  append_line (text, at_gtk_task_item_get_title (item));
  /* The details of a failure begin with it, unless they are others. */
  if (subtitle == NULL || detail == NULL || !g_str_has_prefix (detail, subtitle))
    append_line (text, subtitle);
  append_line (text, detail);
  append_line (text, name);

  return g_string_free (text, FALSE);
}

void
at_gtk_task_actions_copy (GtkWidget *widget,
                          GPtrArray *items)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *one = at_gtk_task_actions_describe (items->pdata[i]);

      if (i > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, one);
    }

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
}

static void
open (GtkWidget     *widget,
      AtGtkTaskItem *item)
{
  if (at_gtk_task_item_opens_itself (item))
    at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_OPEN);
  else
    at_gtk_launch_file (widget, item);
}

/* Does @one with those of @items with which it can be done, and says at @widget what has gone
 * wrong. Menus and details are for a row to show. */
void
at_gtk_task_actions_do (GtkWidget        *widget,
                        GPtrArray        *items,
                        AtGtkTaskActions  one)
{
  if (one == AT_GTK_TASK_ACTION_COPY_DETAILS)
    {
      at_gtk_task_actions_copy (widget, items);
      return;
    }
  if (one == AT_GTK_TASK_ACTION_SHOW_IN_FOLDER)
    {
      at_gtk_launch_folder (widget, items);
      return;
    }

  for (guint i = 0; i < items->len; i++)
    {
      AtGtkTaskItem *item = items->pdata[i];

      if (!at_gtk_task_item_can (item, one))
        continue;
      if (one == AT_GTK_TASK_ACTION_OPEN)
        open (widget, item);
      else
        at_gtk_task_item_act (item, one);
    }
}
