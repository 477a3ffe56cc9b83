/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-task-cache.h"

#include "at-task-maker-private.h"

G_BEGIN_DECLS

/* What the parts of AtTaskCache share, and nobody else sees. */

/* What is given; it may be evicted before it is looked at. */
typedef struct
{
  guint  ref_count;
  GValue value; /* empty: NULL */
} AtResult;

typedef struct _AtEntry AtEntry;

/* Somebody who waits. */
typedef struct
{
  /* Any thread. */
  gatomicrefcount  ref_count; /* of the entry, the handler, and the mail */
  AtMailbox       *mailbox;   /* constant */
  AtMail           mail;      /* it was cancelled ... */
  int              is_posted; /* atomic: ... and that is on its way, or was told */

  /* Of the context's thread. */
  AtEntry         *entry;     /* NULL once it has been told */
  GTask           *gtask;     /* the same; has a reference on the cache */
  GList            link;
  int              priority;
  gulong           handler;
} AtAsker;

/* A key, of which something is kept, or is being made, or both. */
struct _AtEntry
{
  AtFollower   follower;
  AtTaskCache *cache;
  char        *key;

  AtResult    *result;  /* or NULL */
  gint64       kept_at;
  GList        used;    /* in the order in which they were used */
  GList        aged;    /* in the order in which they were kept */

  AtAsyncTask *task;    /* or NULL */
  gboolean     is_making; /* one that is not there yet */
  GError      *refusal; /* there is no task; holds a reference on the cache */
  AtMail       mail;    /* to tell of that */
  gboolean     is_given_up; /* what the task makes is not kept, and for nobody who comes now */
  GQueue       askers;  /* that wait for the task ... */
  GQueue       later;   /* ... and for the next one */
};

struct _AtTaskCache
{
  GObject      parent_instance;

  /* What is not called by somebody who has a reference takes one here. */
  GWeakRef     self;

  AtTaskMaker  maker;

  /* Of the context's thread. */
  GHashTable  *entries; /* of AtEntry by key */
  GQueue       used;    /* the least recently used first */
  GQueue       aged;    /* the oldest first */
  guint        max_items;
  gint64       time_to_live; /* in microseconds; 0: for ever */
  guint        shown;   /* how many items there were when that was told */
};

enum
{
  PROP_MAX_ITEMS = 1,
  PROP_TIME_TO_LIVE,
  PROP_EXECUTOR,
  PROP_N_ITEMS,
  N_PROPS
};

extern G_GNUC_INTERNAL GParamSpec *at_task_cache_properties[N_PROPS];

/* at-task-cache.c: what has become too old goes, and what there is too much of */
void at_task_cache_drop_too_many (AtTaskCache *self);
void at_task_cache_show_n_items  (AtTaskCache *self);

G_END_DECLS
