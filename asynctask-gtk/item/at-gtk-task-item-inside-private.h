/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-beat-private.h"
#include "at-gtk-file-watch-private.h"
#include "at-gtk-home-private.h"
#include "at-gtk-task-item-private.h"

G_BEGIN_DECLS

/* What the files of the item share, and nobody else sees. */

typedef struct _AtGtkTaskItemPrivate
{
  AtGtkHome          home;
  AtGtkBeat         *beat;
  AtGtkBeatClient    beat_client;

  AtAsyncTask       *task;
  GClosure          *closure;    /* of all that is heard of the task */
  GObject           *owner;      /* of the task; weak */
  gboolean           is_orphan;  /* that is gone: the task tells nothing any more */
  AtGtkTaskState     state;

  char              *title;      /* or NULL: that of the task */
  char              *subtitle;
  gboolean           is_stale;   /* the subtitle: it is made before it is shown */
  char              *detail;     /* or NULL: what the error says */
  char              *told_detail; /* what listeners know of */
  GIcon             *icon;       /* or NULL: that of the file */
  GIcon             *file_icon;
  GMenuModel        *menu_model;

  GFile             *file;
  AtGtkFileWatch    *watch;      /* while the task has succeeded */
  gboolean           is_gone;    /* the file */

  gboolean           can_cancel;
  gboolean           can_pause;
  gboolean           can_pause_is_set;
  gboolean           can_retry;
  gboolean           can_open;

  AtGtkTaskFollower *followers;
  AtGtkTaskFollower *next_follower; /* while they are told */
} AtGtkTaskItemPrivate;

enum
{
  PROP_TASK = 1,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_DETAIL,
  PROP_ICON,
  PROP_STATE,
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_CAN_CANCEL,
  PROP_CAN_PAUSE,
  PROP_CAN_RETRY,
  PROP_CAN_OPEN,
  PROP_FILE,
  PROP_MENU_MODEL,
  N_PROPS
};

extern GParamSpec *at_gtk_task_item_properties[N_PROPS];

enum
{
  RETRY,
  OPEN,
  REMOVED,
  N_SIGNALS
};

extern guint at_gtk_task_item_signals[N_SIGNALS];

AtGtkTaskItemPrivate *at_gtk_task_item_get_priv        (AtGtkTaskItem *self);

void                  at_gtk_task_item_notify          (AtGtkTaskItem *self,
                                                        guint          property);
void                  at_gtk_task_item_tell_followers  (AtGtkTaskItem *self);

char                 *at_gtk_task_item_format_summary  (AtGtkTaskItem *self);
/* Now, and at the next beat. */
void                  at_gtk_task_item_show_subtitle   (AtGtkTaskItem *self);
void                  at_gtk_task_item_queue_subtitle  (AtGtkTaskItem *self);
gboolean              at_gtk_task_item_make_subtitle   (AtGtkTaskItem *self);

void                  at_gtk_task_item_update_detail   (AtGtkTaskItem *self);
AtGtkTaskState        at_gtk_task_item_find_state      (AtGtkTaskItem *self);
void                  at_gtk_task_item_update_state    (AtGtkTaskItem *self);
void                  at_gtk_task_item_pause_task      (AtGtkTaskItem *self);
void                  at_gtk_task_item_resume_task     (AtGtkTaskItem *self);
void                  at_gtk_task_item_cancel_task     (AtGtkTaskItem *self);
gboolean              at_gtk_task_item_find_can_pause  (AtGtkTaskItem *self);
void                  at_gtk_task_item_take_task       (AtGtkTaskItem *self,
                                                        AtAsyncTask   *task);
void                  at_gtk_task_item_update_task     (AtGtkTaskItem *self);
void                  at_gtk_task_item_take_file       (AtGtkTaskItem *self,
                                                        GFile         *file);

G_END_DECLS
