/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-alarm-private.h"
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
  guint32        share; /* of what a whole one weighs where all weigh the same */
  AtProgressUnit unit;
  gboolean       is_known;
  gboolean       is_done;
  gboolean       is_ended;
} AtGtkPart;

/* A sum of guint64 that can't overflow, and of which any part can be taken away again. */
typedef struct
{
  guint64 high;
  guint64 low;
} AtGtkSum;

typedef struct _AtGtkEntry AtGtkEntry;

/* What somebody has removed at once. */
typedef struct
{
  GPtrArray *entries;
  gint64     due; /* when it is for good */
} AtGtkRemoval;

/* A place in one of the queues of a list. */
typedef struct
{
  GQueue *queue; /* nullable */
  GList   link;
} AtGtkWait;

/* A row: an item, and the tasks that stand for it in the model. It is there while one of these
 * is, while a removal can bring it back, and while it is kept. */
struct _AtGtkEntry
{
  AtGtkTaskFollower  follower;
  AtGtkTaskItem     *item;
  AtAsyncTask       *task;        /* nullable: that of the item, as it was seen last */
  guint64            serial;      /* in the order in which they came, from 1 on */
  guint              n_in_model;  /* tasks */

  GSequenceIter     *iter;        /* nullable: where it is seen */
  AtGtkGroup         group;       /* in which it is in the sequence */
  AtGtkWait          row_wait;    /* to arrive, or to be moved */
  AtGtkWait          task_wait;   /* to have its task replaced, or taken out of the model */

  gboolean           is_kept;     /* without a task in the model */
  gboolean           is_removed;  /* by somebody */
  AtGtkRemoval      *removal;     /* nullable: what can bring it back */
  gboolean           is_final;    /* removed for good, as soon as the task has ended */
  gboolean           is_out;      /* that is done, but for models of which it can't be taken out */
  gboolean           is_leaving;  /* while a change of the model is looked at */
  gboolean           has_left;    /* with the task that it shows, then */

  AtGtkTaskState     state;       /* as it was seen last */
  AtGtkTaskState     counted;     /* as it is counted */
  GList              active_link; /* in the list of those that are seen, and active */
  AtGtkPart          part;
  guint              batch;       /* in which @part is counted, or 0 */
};

/* A task of the model, or of an item. */
typedef struct
{
  AtGtkEntry *entry;      /* NULL until it has one */
  guint       n_in_model; /* how often it is there */
} AtGtkTaskRef;

struct _AtGtkTaskItems
{
  GObject          parent_instance;

  AtGtkHome        home;

  GListModel      *model;           /* nullable */
  gulong           model_handler;
  GArray          *tasks;           /* of the model, in its order; NULL for what is no task */
  GHashTable      *refs;            /* AtAsyncTask → AtGtkTaskRef */
  GHashTable      *entries;         /* AtGtkTaskItem → AtGtkEntry */
  guint64          last_serial;

  GSequence       *sequence;        /* of entries that are seen */
  AtGtkTaskSort    sort;
  GSequenceIter   *last_iter;       /* of the last get_item() */
  guint            last_position;

  /* Of entries: what is done with them soon. */
  GQueue           arrived;         /* to be seen */
  GQueue           moved;           /* may belong elsewhere by now */
  GQueue           replaced;        /* their task is to be in the model, in the place of another */
  GQueue           ended;           /* removed for good */
  AtGtkAlarm      *alarm;

  GQueue           removals;        /* the newest last */
  double           undo_timeout;

  /* Totals. */
  guint            n_in_state[AT_GTK_N_STATES];
  GQueue           active;
  guint            n_unended;
  guint            batch;           /* from 1 on */
  guint            n_parts;         /* of the batch, as are all that follow */
  guint            n_ended;
  guint            n_done;
  guint            n_known;
  guint            n_without_total;
  guint            n_with_unit[AT_GTK_N_UNITS];
  guint64          shares;
  AtGtkSum         total;
  AtGtkSum         done;

  /* Told at a beat. */
  AtGtkBeat       *beat;
  AtGtkBeatClient  beat_client;
  gboolean         is_stale;        /* the four of these below */
  double           rate;
  double           remaining;
  AtProgressUnit   unit;
  char            *summary;

  /* Told at once, or soon. */
  gint64           fraction_told_at;
  gboolean         is_fraction_late;
  gboolean         is_summary_late;
  struct
  {
    guint          n_items;
    guint          n_active;
    guint          n_waiting;
    guint          n_failed;
    gboolean       can_undo;
    gboolean       indeterminate;
    double         fraction;
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

/* How the sequence is changed: whoever looks at the list is told once, of the part in which all
 * changes were. Nothing is called back in between. */
typedef struct
{
  guint n_before;
  guint first; /* how many at the begin have not changed */
  guint last;  /* at the end */
} AtGtkEdit;

void          at_gtk_task_items_notify         (AtGtkTaskItems *self,
                                                guint           property);
gboolean      at_gtk_task_items_is_heard       (AtGtkTaskItems *self,
                                                guint           property);

/* Rows. */
int           at_gtk_task_items_compare        (gconstpointer   a,
                                                gconstpointer   b,
                                                gpointer        user_data);
void          at_gtk_task_items_begin_edit     (AtGtkTaskItems *self,
                                                AtGtkEdit      *edit);
void          at_gtk_task_items_insert         (AtGtkTaskItems *self,
                                                AtGtkEdit      *edit,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_take           (AtGtkTaskItems *self,
                                                AtGtkEdit      *edit,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_end_edit       (AtGtkTaskItems *self,
                                                AtGtkEdit      *edit);
gboolean      at_gtk_task_items_is_misplaced   (AtGtkTaskItems *self,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_move           (AtGtkTaskItems *self);
void          at_gtk_task_items_resort         (AtGtkTaskItems *self);

/* The model. */
void          at_gtk_task_items_follow         (AtGtkTaskItems *self,
                                                GListModel     *model);
AtGtkTaskRef *at_gtk_task_items_get_ref        (AtGtkTaskItems *self,
                                                AtAsyncTask    *task);
void          at_gtk_task_items_replace        (AtGtkTaskItems *self);
void          at_gtk_wait_begin                (AtGtkWait      *self,
                                                GQueue         *queue,
                                                AtGtkEntry     *entry);
void          at_gtk_wait_end                  (AtGtkWait      *self);
/* If nothing needs it any more. */
void          at_gtk_task_items_release        (AtGtkTaskItems *self,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_drop_entries   (AtGtkTaskItems *self);
void          at_gtk_task_items_reschedule     (AtGtkTaskItems *self);

/* Removal: those that are due are for good; whose task has ended, go; and all, in whichever state. */
gint64        at_gtk_task_items_find_due       (AtGtkTaskItems *self);
void          at_gtk_task_items_end_removals   (AtGtkTaskItems *self,
                                                gint64          now);
void          at_gtk_task_items_end_ended      (AtGtkTaskItems *self);
void          at_gtk_task_items_end_all        (AtGtkTaskItems *self);

/* Totals: of an entry that comes, changes, and goes; and what is told of all. */
void          at_gtk_task_items_count_in       (AtGtkTaskItems *self,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_recount        (AtGtkTaskItems *self,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_count_out      (AtGtkTaskItems *self,
                                                AtGtkEntry     *entry);
void          at_gtk_task_items_show_counts    (AtGtkTaskItems *self);
void          at_gtk_task_items_show_progress  (AtGtkTaskItems *self);
void          at_gtk_task_items_show_late      (AtGtkTaskItems *self,
                                                gint64          now);
gint64        at_gtk_task_items_find_late      (AtGtkTaskItems *self);

/* Sections, if this GTK has them. */
void          at_gtk_task_items_add_sections   (GType           type);
void          at_gtk_task_items_tell_sections  (AtGtkTaskItems *self,
                                                guint           position);

G_END_DECLS
