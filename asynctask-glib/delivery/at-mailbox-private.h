/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-thread-number-private.h"

#include "at-schedule-private.h"

G_BEGIN_DECLS

/* The one way home: from any thread to the thread that iterates a GMainContext.
 * A mailbox knows nothing of what is sent; senders embed an AtMail. */

typedef struct _AtMailbox AtMailbox;
typedef struct _AtMail    AtMail;

/* Called by the owner of the context, from inside a dispatch; the mail is
 * unlinked by then and can be sent again, or freed. Where the context is gone
 * (at_mailbox_is_closed()) it is called as well, so that what the mail carries
 * is released. */
typedef void (* AtMailFunc) (AtMail *mail);

struct _AtMail
{
  AtMail     *next;
  AtMailFunc  func;
};

/* What a mail, or anything else, is embedded in. */
#define AT_CONTAINER(pointer, Type, field)                                     \
  ((Type *) G_STRUCT_MEMBER_P (pointer, -(glong) G_STRUCT_OFFSET (Type, field)))

/* A mail that is due at some time. */
typedef struct
{
  AtMail          mail;
  AtScheduleLink  link;
} AtTimedMail;

/* How the calling thread stands to the context. */
typedef enum
{
  AT_HOME_FOREIGN,  /* another thread's */
  AT_HOME_OWNED,    /* its own */
  AT_HOME_ACQUIRED, /* nobody's; taken until at_mailbox_leave() */
  AT_HOME_ACQUIRED_DEFAULT /* the same, with the default context in its place */
} AtHome;

/* A scheduler may take as long again before it lets the thread go on. */
#define AT_MAILBOX_BUDGET_USEC (3 * G_TIME_SPAN_MILLISECOND)

extern G_GNUC_INTERNAL gsize at_mailbox_default; /* atomic: that of the default context, once it was asked for */

AtMailbox    *at_mailbox_get         (GMainContext *context);
AtMailbox    *at_mailbox_ref         (AtMailbox    *self);
void          at_mailbox_unref       (AtMailbox    *self);

/* Any thread. */
void          at_mailbox_post        (AtMailbox    *self,
                                      AtMail       *mail);
gboolean      at_mailbox_is_closed   (AtMailbox    *self);
GMainContext *at_mailbox_get_context (AtMailbox    *self);

AtHome        at_mailbox_enter       (AtMailbox    *self,
                                      guint         heir,
                                      guint         other_heir);
void          at_mailbox_release     (AtMailbox    *self,
                                      AtHome        home);

/* For who watches, one thread at a time. Whether something waits, since when, and nobody has
 * iterated the context since then: since @ended_at for a task that has been sent home then,
 * after so many iterations; 0 for one that has not. May tell once, until it is iterated. */
int           at_mailbox_get_n_iterations
                                     (AtMailbox    *self);
gboolean      at_mailbox_is_waiting  (AtMailbox    *self,
                                      gint64        now,
                                      gint64        ended_at,
                                      int           n_iterations,
                                      gint64       *since);
gboolean      at_mailbox_may_tell    (AtMailbox    *self);

/* Owner only. */
void          at_mailbox_schedule    (AtMailbox    *self,
                                      AtTimedMail  *mail,
                                      AtMailFunc    func,
                                      gint64        due);
gboolean      at_mailbox_unschedule  (AtMailbox    *self,
                                      AtTimedMail  *mail);

/* What is seen of a mailbox, by whoever only looks. */
typedef struct
{
  gboolean      is_default;
  gboolean      is_busy;          /* its lock was not to be had: nothing is known of its mails */
  GMainContext *context;          /* to be compared, and no more */
  guint         n_mails;
  gint64        undelivered_usec; /* since when none of them was taken, or -1 */
} AtMailboxSight;

typedef void (* AtMailSeenFunc)    (AtMail               *mail,
                                    gpointer              data);
typedef void (* AtMailboxSeenFunc) (AtMailbox            *mailbox,
                                    const AtMailboxSight *sight,
                                    gpointer              data);

/* Any thread. */
gboolean      at_mailboxes_look      (AtMailboxSeenFunc  seen,
                                      AtMailSeenFunc     func,
                                      gpointer           data);

/* The mailbox of most tasks, which is asked for several times for each of them. */
static inline AtMailbox *
at_mailbox_get_default (void)
{
  AtMailbox *mailbox = (AtMailbox *) g_atomic_pointer_get (&at_mailbox_default);

  return mailbox != NULL ? mailbox : at_mailbox_get (NULL);
}

static inline void
at_mailbox_leave (AtMailbox *self,
                  AtHome     home)
{
  if (home == AT_HOME_ACQUIRED || home == AT_HOME_ACQUIRED_DEFAULT)
    at_mailbox_release (self, home);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtMailbox, at_mailbox_unref)

G_END_DECLS
