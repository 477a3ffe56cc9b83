/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-beat-private.h"
#include "at-gtk-home-private.h"
#include "at-gtk-task-item-private.h"
#include "at-gtk-task-items-private.h"

G_BEGIN_DECLS

/* What the files of the list share, and nobody else sees. */

/* In the order of AT_GTK_TASK_SORT_STATE. */
typedef enum
{
  AT_GTK_GROUP_ACTIVE,
  AT_GTK_GROUP_WAITING,
  AT_GTK_GROUP_FAILED,
  AT_GTK_GROUP_FINISHED
} AtGtkGroup;

#define AT_GTK_N_STATES (AT_GTK_TASK_STATE_GONE + 1)
#define AT_GTK_N_UNITS  (AT_PROGRESS_UNIT_ITEMS + 1)

/* How far a task is, as it was counted. */
typedef struct
{
  guint64        total;
  guint64        done;
  guint32        share; /* of AT_GTK_WHOLE_SHARE */
  AtProgressUnit unit;
  gboolean       is_known;
  gboolean       is_done;
} AtGtkPart;

/* A sum of guint64 that can't overflow, and of which any part can be taken away again. */
typedef struct
{
  guint64 high;
  guint64 low;
} AtGtkSum;

/* A row: an item, and the tasks that stand for it in the model. */
typedef struct
{
  AtGtkTaskFollower  follower;
  AtGtkTaskItem     *item;
  AtAsyncTask       *task;        /* nullable: that of the item, as it was seen last */
  guint64            serial;      /* in the order in which they came */
  guint              n_in_model;  /* tasks */

  GSequenceIter     *iter;        /* NULL while it is removed */
  AtGtkGroup         group;       /* in which it is in the sequence */
  GList              moved_link;
  gboolean           is_moved;    /* it may belong elsewhere by now */
  gboolean           is_kept;     /* without a task in the model */
  gboolean           is_removed;  /* by somebody; for good, unless a removal has it */

  AtGtkTaskState     state;       /* as it is counted */
  GList              active_link; /* while it is active, and not removed */
  AtGtkPart          part;
  guint              batch;       /* in which @part is counted, or 0 */
} AtGtkEntry;

struct _AtGtkTaskItems
{
  GObject          parent_instance;

  AtGtkHome        home;
  AtGtkBeat       *beat;

  GListModel      *model;         /* nullable */
  GArray          *tasks;         /* of the model; NULL for what is no task */
  GHashTable      *refs;          /* task → AtGtkTaskRef: those of the model, and of items */
  GHashTable      *entries;       /* set */
  GSequence       *sequence;      /* of those that are seen */
  AtGtkTaskSort    sort;
  guint64          serial;
  GQueue           moved;
  gboolean         is_replacing;  /* a task in the model, by another */

  GSequenceIter   *last_iter;     /* of the last get_item() */
  guint            last_position;

  GQueue           removals;      /* the newest last */
  double           undo_timeout;

  /* Totals. */
  guint            n_in_state[AT_GTK_N_STATES];
  GQueue           active;
  guint            n_unended;
  guint            batch;
  guint            n_parts;
  guint            n_done;
  guint            n_ended;
  guint            n_known;
  guint            n_without_total;
  guint            n_with_unit[AT_GTK_N_UNITS];
  guint64          shares;
  AtGtkSum         total;
  AtGtkSum         done;

  /* What is told of later. */
  GSource         *clock;
  gint64           fraction_told_at;
  gboolean         is_fraction_late;
  AtGtkBeatClient  beat_client;

  struct
  {
    guint          n_items;
    guint          n_active;
    guint          n_waiting;
    guint          n_failed;
    gboolean       can_undo;
    gboolean       indeterminate;
    double         fraction;
    double         rate;
    double         remaining;
    AtProgressUnit unit;
    char          *summary;
  } shown;
};

enum
{
  PROP_ITEM_TYPE = 1,
  PROP_N_ITEMS,
  PROP_MODEL,
  PROP_SORT,
  PROP_N_ACTIVE,
  PROP_N_WAITING,
  PROP_N_FAILED,
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_RATE,
  PROP_UNIT,
  PROP_REMAINING,
  PROP_SUMMARY,
  PROP_UNDO_TIMEOUT,
  PROP_CAN_UNDO,
  N_PROPS
};

extern GParamSpec *at_gtk_task_items_properties[N_PROPS];

enum
{
  CREATE_ITEM,
  N_SIGNALS
};

extern guint at_gtk_task_items_signals[N_SIGNALS];

void at_gtk_task_items_notify (AtGtkTaskItems *self,
                               guint           property);

G_END_DECLS
