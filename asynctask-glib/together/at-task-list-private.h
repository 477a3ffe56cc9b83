/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-task-list.h"

#include "at-async-task.h"
#include "at-async-task-private.h"
#include "at-mailbox-private.h"

G_BEGIN_DECLS

/* What the parts of AtTaskList share, and nobody else sees. All of it belongs to the
 * thread that iterates the list's context. */

#define AT_N_UNITS (AT_PROGRESS_UNIT_ITEMS + 1)

/* Later than any time. */
#define AT_NEVER G_MAXINT64

/* Those of a task that has ended are in the order of AtOutcome. */
typedef enum
{
  AT_ITEM_PENDING,
  AT_ITEM_ACTIVE,
  AT_ITEM_SUCCEEDED,
  AT_ITEM_FAILED,
  AT_ITEM_CANCELLED
} AtItemState;

#define AT_N_ITEM_STATES 5

/* One task. What is counted of it is kept here, so that it can be taken away again
 * whatever the task has become. */
typedef struct
{
  AtFollower     follower;
  AtTaskList    *list;
  AtAsyncTask   *task;
  GSequenceIter *iter;
  GList          link; /* in the queue of those that ended in the same way */
  gint64         ended_at;
  guint64        total;
  guint64        done;
  guint32        share;
  guint8         state;
  guint8         unit;
  guint8         is_known;
} AtItem;

/* Amounts of 64 bits, however many there are: of their halves, each for itself. */
typedef struct
{
  guint64 high;
  guint64 low;
} AtSum;

/* What is counted of the current batch. Sums are of integers and exact. */
typedef struct
{
  guint   n_tasks;
  guint   n_done;
  guint   n_known;
  guint   n_without_total;
  guint   n_with_unit[AT_N_UNITS];
  guint64 shares;
  AtSum   total;
  AtSum   done;
} AtTotals;

/* What the properties said when they were last notified. */
typedef struct
{
  guint    n_items;
  guint    n_in_state[AT_N_ITEM_STATES];
  gboolean indeterminate;
  double   fraction;
} AtShown;

struct _AtTaskList
{
  GObject            parent_instance;

  /* What is not called by somebody who has a reference takes one here. It gets none
   * while another thread drops the last: that thread has to be the last one still when
   * the list has been sent home, and what is notified meanwhile would be emitted there. */
  GWeakRef           self;

  /* Constant. */
  AtMailbox         *mailbox;
  guint              maker; /* counts as owner of a context that nobody owns */

  AtTimedMail        clock; /* for what is late, to leave, or awaited */

  GSequence         *sequence;
  guint              n_in_state[AT_N_ITEM_STATES];
  AtTotals           totals;

  /* Where get_item() was last; NULL: unknown. */
  GSequenceIter     *last_iter;
  guint              last_position;

  GQueue             ended[AT_N_ITEM_STATES]; /* in the order in which they ended */
  GQueue             waits;

  AtTaskListRemoval  removal;
  guint              removal_delay;
  gint64             leave_again_at;

  AtShown            shown;
  gint64             fraction_shown_at;
  gboolean           fraction_is_late;
  guint              n_executing; /* execute_all(), which tells of all together */
};

static inline gboolean
at_item_has_ended (const AtItem *item)
{
  return item->state >= AT_ITEM_SUCCEEDED;
}

static inline guint
at_task_list_count_unended (AtTaskList *self)
{
  return self->n_in_state[AT_ITEM_PENDING] + self->n_in_state[AT_ITEM_ACTIVE];
}

static inline guint
at_task_list_count_items (AtTaskList *self)
{
  guint n = 0;

  for (guint i = 0; i < AT_N_ITEM_STATES; i++)
    n += self->n_in_state[i];

  return n;
}

/* at-task-list.c: the model, what it is told of its tasks, and its clock */
AtItem      *at_task_list_find_item      (AtTaskList     *self,
                                          AtAsyncTask    *task);
AtAsyncTask *at_item_detach              (AtItem         *item);
void         at_task_list_show_all       (AtTaskList     *self);
void         at_task_list_reschedule     (AtTaskList     *self);

/* at-task-list-totals.c: what the tasks amount to together */
void         at_item_read                (AtItem         *item);
void         at_totals_count             (AtTotals       *self,
                                          const AtItem   *item,
                                          int             times);
double       at_totals_get_fraction      (const AtTotals *self);

/* at-task-list-removal.c: which tasks leave, and when */
gint64       at_task_list_get_leave_time (AtTaskList     *self);
void         at_task_list_let_leave      (AtTaskList     *self,
                                          gint64          now);

/* at-task-list-wait.c: whoever awaits the end of all */
void         at_task_list_note_end       (AtTaskList     *self,
                                          AtItem         *item);
void         at_task_list_end_waits      (AtTaskList     *self);
void         at_task_list_drop_waits     (AtTaskList     *self);

G_END_DECLS
