/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-mailbox-private.h"

#include "at-contention-private.h"
#include "at-seeing-private.h"

#include <errno.h>
#ifdef HAVE_EVENTFD
# include <sys/eventfd.h>
# include <unistd.h>
#endif
#include <glib-unix.h>

/* A clock is read after this many quick calls, and after each slow one. */
#define MAX_CALLS_PER_LOOK 16
#define QUICK_USEC         (AT_MAILBOX_BUDGET_USEC / 64)

/* So much of what posters have pushed is turned over between two looks at the clock,
 * as if it were one call. */
#define MAX_TURNED 512

/* After it has used up the budget, in one dispatch or in several that followed upon
 * each other, the mailbox stands back: a source that is always ready would keep those
 * of a lower priority, a redraw for one, from ever running. First it is dispatched and
 * does nothing, so that others of its own priority, a timer say, have been. Then it is
 * not ready for so many checks; that is one iteration for the others, and a
 * g_main_context_pending() before it.
 *
 * Who iterates a context for as long as something is pending must not be told that
 * nothing is while there is mail. So a source behind all others is ready meanwhile:
 * when that is dispatched, nobody is left to stand back for. */
#define N_CHECKS_BACK 2

/* What @head holds once the context is gone. */
static AtMail closed_mark;

struct _AtMailbox
{
  gatomicrefcount  ref_count;

  char             gap_below[AT_CACHE_LINE];

  /* Any thread. @head is a stack that posters push to and the owner takes
   * whole; @asleep says that the owner may be, or come to be, in poll(). */
  AtMail          *head;
  int              asleep;
  int              wake_fd; /* atomic, or -1 */
  int              is_attached; /* atomic */

  /* Any thread, atomic: while somebody looks (at_is_seeing()). */
  int              n_iterations;

  char             gap_above[AT_CACHE_LINE];

  /* Of who watches. */
  gint64           waiting_since; /* or 0 */
  int              waiting_iteration;
  int              told_iteration;

  /* Constant: the one of the default context, which lives as long as the process
   * and whose references are not counted. */
  gboolean         is_permanent;

  /* Under @context_lock, but for a permanent one. The context is not kept alive:
   * it dies while tasks are on their way to it, and they must not be what stops it
   * from dying. */
  GMainContext    *context;

  /* Under @context_lock, of those that are not permanent. */
  AtMailbox       *next;
  AtMailbox       *prev;

  /* Owner of the context. What was on the stack has its newest on top: it is turned
   * over first, all of it, which with a million takes several dispatches.
   *
   * Who only looks at it has @looking, under which it is turned over, and marks @backlog:
   * each mail that is taken from there is taken by an exchange, which tells the owner of
   * the mark; it then waits for the lock before it calls the mail, and lets it go. */
  GMutex           looking;
  AtMail          *backlog;  /* atomic, as it is marked by others */
  AtMail          *unturned;
  AtMail          *turned;   /* NULL where there is nothing unturned */
  AtSchedule       scheduled;
  gint64           spent_usec; /* of the budget */
  gboolean         is_spent;
  GSource         *last; /* while it stands back */
  guint            n_checks_back;

  /* Any thread, atomic: milliseconds, which go round. */
  guint            woken_at; /* something came, and the owner had to be woken for it */
  guint            moved_at; /* the owner has looked at the clock while it took mail */
};

#define BACKLOG_MARK ((gsize) 1)

typedef struct
{
  GSource    source;
  AtMailbox *mailbox;
  gpointer   fd_tag;
  gboolean   is_cleared; /* in this iteration */
} AtMailSource;

gsize at_mailbox_default;

static GMutex       context_lock;
static GHashTable  *mailboxes; /* GMainContext → AtMailbox, under the lock */

/* The same, under the lock; the name is what the gdb command looks for. */
static AtMailbox   *at_all_mailboxes;

/* A mailbox that this thread is delivering from, up its stack. */
static __thread AtMailbox *delivering;

static void attach (AtMailbox *self);

static void
wake_owner (AtMailbox *self)
{
  int wake_fd;

  /* The first mail of all: attaching wakes the context. Until that is done @asleep stays as
   * the poster has left it, as nobody but the source sets it, and no other poster comes here. */
  if (G_UNLIKELY (!g_atomic_int_get (&self->is_attached)))
    {
      attach (self);
      return;
    }

  wake_fd = g_atomic_int_get (&self->wake_fd);
  if (wake_fd >= 0)
    {
#ifdef HAVE_EVENTFD
      eventfd_t one = 1;

      while (write (wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
#endif
      return;
    }

  g_mutex_lock (&context_lock);
  if (self->context != NULL)
    g_main_context_wakeup (self->context);
  g_mutex_unlock (&context_lock);
}

static void
clear_wake_up (AtMailSource *source)
{
#ifdef HAVE_EVENTFD
  eventfd_t count;

  if (!source->is_cleared && source->fd_tag != NULL &&
      (g_source_query_unix_fd (&source->source, source->fd_tag) & G_IO_IN) != 0)
    while (read (g_atomic_int_get (&source->mailbox->wake_fd), &count, sizeof count) < 0 && errno == EINTR)
      ;
#endif
  source->is_cleared = TRUE;
}

static AtTimedMail *
peek_scheduled (AtMailbox *self)
{
  AtScheduleLink *first = self->scheduled.first;

  return first != NULL ? AT_CONTAINER (first, AtTimedMail, link) : NULL;
}

static gboolean
is_scheduled_due (AtMailbox *self,
                  gint64     now)
{
  AtTimedMail *first = peek_scheduled (self);

  return first != NULL && first->link.due <= now;
}

/* Marked or not: what is marked is there. Only the owner changes what this is about. */
static inline gsize
peek_backlog (AtMailbox *self)
{
  return (gsize) g_atomic_pointer_get (&self->backlog);
}

static guint
get_ms (gint64 usec)
{
  return (guint) (usec / G_TIME_SPAN_MILLISECOND);
}

static gboolean
has_mail (AtMailbox *self)
{
  return peek_backlog (self) != 0 || self->unturned != NULL || g_atomic_pointer_get (&self->head) != NULL;
}

/* @backlog is empty, and stays so until all is turned. Under @looking. */
static void
turn_over (AtMailbox *self,
           guint      most)
{
  for (; self->unturned != NULL && most > 0; most--)
    {
      AtMail *older = self->unturned->next;

      self->unturned->next = self->turned;
      self->turned = self->unturned;
      self->unturned = older;
    }

  if (self->unturned == NULL)
    g_atomic_pointer_set (&self->backlog, g_steal_pointer (&self->turned));
}

static inline AtMail *
take_backlog (AtMailbox *self,
              gsize      backlog)
{
  AtMail *mail = (AtMail *) (backlog & ~BACKLOG_MARK);
  gsize found = (gsize) g_atomic_pointer_exchange (&self->backlog, mail->next);

  if (G_UNLIKELY ((found & BACKLOG_MARK) != 0))
    {
      g_mutex_lock (&self->looking);
      g_mutex_unlock (&self->looking);
    }

  return mail;
}

/* The oldest mail, unlinked, or NULL if it is not known yet, or there is none. */
static inline AtMail *
take_mail (AtMailbox *self)
{
  gsize backlog = peek_backlog (self);

  if (backlog == 0)
    {
      g_mutex_lock (&self->looking);
      if (self->unturned == NULL && g_atomic_pointer_get (&self->head) != NULL)
        self->unturned = g_atomic_pointer_exchange (&self->head, NULL);
      turn_over (self, MAX_TURNED);
      g_mutex_unlock (&self->looking);
      backlog = peek_backlog (self);
    }

  return backlog != 0 ? take_backlog (self, backlog) : NULL;
}

static AtMail *
take_scheduled (AtMailbox *self)
{
  AtTimedMail *mail = peek_scheduled (self);

  at_mailbox_unschedule (self, mail);

  return &mail->mail;
}

/* Says that the owner may come to sleep, or returns FALSE if it must not. */
static gboolean
fall_asleep (AtMailbox *self)
{
  if (has_mail (self))
    return FALSE;

  /* A poster pushes and then reads @asleep, we set it and then read @head; all
   * four are sequentially consistent, so that one of us sees the other: either
   * the poster wakes us, or we do not go to sleep. */
  g_atomic_int_set (&self->asleep, TRUE);
  if (g_atomic_pointer_get (&self->head) != NULL)
    {
      g_atomic_int_set (&self->asleep, FALSE);
      return FALSE;
    }

  return TRUE;
}

static gboolean
at_last_source_dispatch (GSource     *source,
                         GSourceFunc  callback,
                         gpointer     user_data)
{
  AtMailbox *self = ((AtMailSource *) source)->mailbox;

  self->last = NULL;

  return G_SOURCE_REMOVE;
}

static GSourceFuncs at_last_source_funcs = {
  .dispatch = at_last_source_dispatch,
};

static AtMailSource *
at_mail_source_new (AtMailbox    *mailbox,
                    GSourceFuncs *funcs,
                    const char   *name,
                    int           priority)
{
  AtMailSource *self = (AtMailSource *) g_source_new (funcs, sizeof (AtMailSource));

  self->mailbox = mailbox;
  g_source_set_static_name (&self->source, name);
  g_source_set_priority (&self->source, priority);

  return self;
}

/* The source is the context's, and there only as long as it is of use: each one
 * costs something in every iteration. */
static void
stand_back (AtMailbox    *self,
            GMainContext *context)
{
  self->n_checks_back = N_CHECKS_BACK;
  self->last = &at_mail_source_new (self, &at_last_source_funcs, "AtMailbox, last", G_MAXINT)->source;
  g_source_set_ready_time (self->last, 0);
  g_source_attach (self->last, context);
  g_source_unref (self->last);
}

static void
come_forward (AtMailbox *self)
{
  g_clear_pointer (&self->last, g_source_destroy);
}

static void
note_iteration (AtMailbox *self)
{
  g_atomic_int_inc (&self->n_iterations);
  at_lint_iterate (self);
}

static gboolean
at_mail_source_prepare (GSource *source,
                        int     *timeout)
{
  AtMailbox *self = ((AtMailSource *) source)->mailbox;
  gint64 wait = 0;

  ((AtMailSource *) source)->is_cleared = FALSE;
  *timeout = -1;
  if (at_is_seeing ())
    note_iteration (self);

  if (fall_asleep (self))
    {
      AtTimedMail *first = peek_scheduled (self);

      if (first == NULL)
        return FALSE;
      wait = first->link.due - g_source_get_time (source);
    }

  *timeout = wait > 0 ? (int) MIN ((wait + 999) / 1000, G_MAXINT) : 0;

  return wait <= 0 && self->last == NULL;
}

static gboolean
at_mail_source_check (GSource *source)
{
  AtMailbox *self = ((AtMailSource *) source)->mailbox;

  clear_wake_up ((AtMailSource *) source);

  if (!has_mail (self) && !is_scheduled_due (self, g_source_get_time (source)))
    {
      /* In this iteration, others have their turn. */
      self->spent_usec = 0;
      self->is_spent = FALSE;
      come_forward (self);
      return FALSE;
    }

  if (self->last == NULL)
    return TRUE;

  if (self->n_checks_back-- > 0)
    return FALSE;

  come_forward (self);

  return TRUE;
}

static gboolean
at_mail_source_dispatch (GSource     *source,
                         GSourceFunc  callback,
                         gpointer     user_data)
{
  AtMailbox *self = ((AtMailSource *) source)->mailbox;
  AtMailbox *outer = delivering;
  gint64 start = g_get_monotonic_time ();
  gint64 end = start + AT_MAILBOX_BUDGET_USEC - self->spent_usec;
  gint64 last_look = start;
  guint calls = 0, calls_per_look = 1;

  clear_wake_up ((AtMailSource *) source);

  if (self->is_spent)
    {
      self->is_spent = FALSE;
      stand_back (self, g_source_get_context (source));
      return G_SOURCE_CONTINUE;
    }

  delivering = self;
  g_atomic_int_set ((int *) &self->moved_at, (int) get_ms (start));

  /* Mail is unlinked before it is called: a callback may iterate the context
   * itself, and this function then runs again below. */
  for (;;)
    {
      AtMail *mail;
      gsize backlog;

      if (is_scheduled_due (self, last_look))
        mail = take_scheduled (self);
      else if ((backlog = peek_backlog (self)) != 0)
        mail = take_backlog (self, backlog);
      else if (has_mail (self))
        mail = take_mail (self);
      else
        break;

      if (mail != NULL)
        mail->func (mail);

      if (++calls >= calls_per_look)
        {
          gint64 now = g_get_monotonic_time ();

          g_atomic_int_set ((int *) &self->moved_at, (int) get_ms (now));
          if (now >= end)
            break;

          if (now - last_look < QUICK_USEC)
            calls_per_look = MIN (2 * calls_per_look, MAX_CALLS_PER_LOOK);
          else
            calls_per_look = 1;
          last_look = now;
          calls = 0;
        }
    }

  delivering = outer;

  self->spent_usec += g_get_monotonic_time () - start;
  if (self->spent_usec >= AT_MAILBOX_BUDGET_USEC)
    {
      self->is_spent = TRUE;
      self->spent_usec = 0;
    }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs at_mail_source_funcs = {
  .prepare = at_mail_source_prepare,
  .check = at_mail_source_check,
  .dispatch = at_mail_source_dispatch,
};

static void
call_mail (AtMail *mail)
{
  mail->func (mail);
}

static void
call_all (AtMailbox *self)
{
  for (;;)
    {
      gsize backlog;

      if (peek_backlog (self) == 0)
        {
          g_mutex_lock (&self->looking);
          turn_over (self, G_MAXUINT);
          g_mutex_unlock (&self->looking);
        }
      backlog = peek_backlog (self);
      if (backlog == 0)
        break;
      call_mail (take_backlog (self, backlog));
    }
}

/* Under @context_lock. */
static void
list (AtMailbox *self)
{
  self->prev = NULL;
  self->next = at_all_mailboxes;
  if (self->next != NULL)
    self->next->prev = self;
  at_all_mailboxes = self;
}

static void
unlist (AtMailbox *self)
{
  if (self->prev != NULL)
    self->prev->next = self->next;
  else
    at_all_mailboxes = self->next;
  if (self->next != NULL)
    self->next->prev = self->prev;
}

/* The context is being destroyed, by whoever dropped its last reference: what
 * is in the box is released here, and what comes later in the default context. */
static void
close_mailbox (gpointer data)
{
  AtMailbox *self = data;
  AtMailbox *outer = delivering;
  AtMail *newest;

  g_mutex_lock (&context_lock);
  if (g_hash_table_remove (mailboxes, self->context))
    unlist (self);
  self->context = NULL;
  g_mutex_unlock (&context_lock);

  delivering = self;
  newest = g_atomic_pointer_exchange (&self->head, &closed_mark);
  while (self->scheduled.first != NULL)
    call_mail (take_scheduled (self));
  call_all (self);
  g_mutex_lock (&self->looking);
  self->unturned = newest;
  g_mutex_unlock (&self->looking);
  call_all (self);
  delivering = outer;

  at_mailbox_unref (self);
}

/* Has the context dispatch what is in the box, once: the first poster and an owner who
 * schedules something may be here at the same time, and the later one does not wait. */
static void
attach (AtMailbox *self)
{
  AtMailSource *source;
  int wake_fd = -1;

  if (!g_atomic_int_compare_and_exchange (&self->is_attached, FALSE, TRUE))
    return;

#ifdef HAVE_EVENTFD
  wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
#endif
  g_atomic_int_set (&self->wake_fd, wake_fd);

  source = at_mail_source_new (self, &at_mail_source_funcs, "AtMailbox", G_PRIORITY_DEFAULT);
  if (wake_fd >= 0)
    source->fd_tag = g_source_add_unix_fd (&source->source, wake_fd, G_IO_IN);
  g_source_set_can_recurse (&source->source, TRUE);
  g_source_set_callback (&source->source, NULL, at_mailbox_ref (self), close_mailbox);
  g_source_attach (&source->source, self->context);
  g_source_unref (&source->source);
}

/* One that is not attached waits for its first mail: a program that executes nothing has
 * neither source nor descriptor of ours. */
static AtMailbox *
at_mailbox_new (GMainContext *context)
{
  AtMailbox *self = g_new0 (AtMailbox, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->looking);
  self->asleep = TRUE;
  self->context = context;
  self->wake_fd = -1;

  return self;
}

static AtMailbox *
ensure_default_mailbox (void)
{
  if (g_once_init_enter (&at_mailbox_default))
    {
      AtMailbox *self = at_mailbox_new (g_main_context_default ());

      self->is_permanent = TRUE;
      g_once_init_leave (&at_mailbox_default, (gsize) self);
    }

  return (AtMailbox *) at_mailbox_default;
}

/* The mailbox of @context (NULL: the default main context), with a reference. */
AtMailbox *
at_mailbox_get (GMainContext *context)
{
  AtMailbox *self;

  if (context == NULL || context == g_main_context_default ())
    return ensure_default_mailbox ();

  g_mutex_lock (&context_lock);
  if (mailboxes == NULL)
    mailboxes = g_hash_table_new (NULL, NULL);
  self = g_hash_table_lookup (mailboxes, context);
  if (self != NULL)
    {
      at_mailbox_ref (self);
    }
  else
    {
      /* The source is what tells of the end of the context. */
      self = at_mailbox_new (context);
      attach (self);
      g_hash_table_insert (mailboxes, context, self);
      list (self);
    }
  g_mutex_unlock (&context_lock);

  return self;
}

AtMailbox *
at_mailbox_ref (AtMailbox *self)
{
  if (!self->is_permanent)
    g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
at_mailbox_unref (AtMailbox *self)
{
  if (self->is_permanent || !g_atomic_ref_count_dec (&self->ref_count))
    return;

#ifdef HAVE_EVENTFD
  if (self->wake_fd >= 0)
    close (self->wake_fd);
#endif
  g_mutex_clear (&self->looking);
  g_free (self);
}

void
at_mailbox_post (AtMailbox *self,
                 AtMail    *mail)
{
  AtMail *older;

  /* The owner may take the mail, and with it the last reference, before this
   * function ends. */
  at_mailbox_ref (self);

  do
    {
      older = g_atomic_pointer_get (&self->head);
      if (older == &closed_mark)
        {
          at_mailbox_unref (self);
          at_mailbox_post (at_mailbox_get_default (), mail);
          return;
        }
      mail->next = older;
    }
  while (!g_atomic_pointer_compare_and_exchange (&self->head, older, mail));

  if (g_atomic_int_get (&self->asleep) &&
      g_atomic_int_compare_and_exchange (&self->asleep, TRUE, FALSE))
    {
      g_atomic_int_set ((int *) &self->woken_at, (int) get_ms (g_get_monotonic_time ()));
      wake_owner (self);
    }

  at_mailbox_unref (self);
}

gboolean
at_mailbox_is_closed (AtMailbox *self)
{
  return g_atomic_pointer_get (&self->head) == &closed_mark;
}

int
at_mailbox_get_n_iterations (AtMailbox *self)
{
  return g_atomic_int_get (&self->n_iterations);
}

gboolean
at_mailbox_is_waiting (AtMailbox *self,
                       gint64     now,
                       gint64     ended_at,
                       int        n_iterations,
                       gint64    *since)
{
  AtMail *head = g_atomic_pointer_get (&self->head);
  int iteration = at_mailbox_get_n_iterations (self);

  /* What the owner has taken from there it knows of. */
  if (head == NULL || head == &closed_mark)
    {
      self->waiting_since = 0;
      return FALSE;
    }

  if (self->waiting_since == 0 || self->waiting_iteration != iteration)
    {
      self->waiting_since = now;
      self->waiting_iteration = iteration;
    }
  *since = self->waiting_since;
  if (ended_at != 0 && n_iterations == iteration)
    *since = MIN (*since, ended_at);

  return TRUE;
}

/* The first iteration is number 1, and the context may never have been iterated. */
gboolean
at_mailbox_may_tell (AtMailbox *self)
{
  int iteration = at_mailbox_get_n_iterations (self) + 1;

  if (self->told_iteration == iteration)
    return FALSE;

  self->told_iteration = iteration;

  return TRUE;
}

/* NULL once the context is gone; the caller knows that it cannot go now. */
GMainContext *
at_mailbox_get_context (AtMailbox *self)
{
  GMainContext *context;

  g_mutex_lock (&context_lock);
  context = self->context;
  g_mutex_unlock (&context_lock);

  return context;
}

static gboolean
is_either (guint heir,
           guint other_heir)
{
  guint number = at_thread_get_number ();

  return number == heir || number == other_heir;
}

/* Enters the context of the mailbox if the calling thread owns it, or is the
 * one that counts as owner as long as nobody else is: one of two heirs. In place of a
 * context that is gone, the default one is meant. */
AtHome
at_mailbox_enter (AtMailbox *self,
                  guint      heir,
                  guint      other_heir)
{
  AtHome home = AT_HOME_FOREIGN;
  GMainContext *context;

  if (delivering == self)
    return AT_HOME_OWNED;

  if (!self->is_permanent)
    g_mutex_lock (&context_lock);

  context = self->context;
  if (context == NULL)
    {
      home = at_mailbox_enter (at_mailbox_get_default (), heir, other_heir);
      if (home == AT_HOME_ACQUIRED)
        home = AT_HOME_ACQUIRED_DEFAULT;
    }
  else if (g_main_context_is_owner (context))
    home = AT_HOME_OWNED;
  else if (is_either (heir, other_heir) && g_main_context_acquire (context))
    home = AT_HOME_ACQUIRED;

  if (!self->is_permanent)
    g_mutex_unlock (&context_lock);

  return home;
}

/* What at_mailbox_enter() has acquired. */
void
at_mailbox_release (AtMailbox *self,
                    AtHome     home)
{
  GMainContext *context = home == AT_HOME_ACQUIRED ? at_mailbox_get_context (self) : g_main_context_default ();

  /* What was acquired may have been destroyed in between. */
  if (context != NULL)
    g_main_context_release (context);
}

/* A mail has one place at a time: it must not be scheduled already. */
void
at_mailbox_schedule (AtMailbox   *self,
                     AtTimedMail *mail,
                     AtMailFunc   func,
                     gint64       due)
{
  if (G_UNLIKELY (!g_atomic_int_get (&self->is_attached)))
    attach (self);
  mail->mail.func = func;
  at_schedule_add (&self->scheduled, &mail->link, due);
}

/* Takes the mail back; returns FALSE if it was not scheduled. */
gboolean
at_mailbox_unschedule (AtMailbox   *self,
                       AtTimedMail *mail)
{
  if (!at_schedule_link_is_linked (&mail->link))
    return FALSE;

  at_schedule_remove (&self->scheduled, &mail->link);

  return TRUE;
}

/* Looking. */

static void
look_at_mail (AtMail             *mail,
              AtMailboxSight     *sight,
              AtMailSeenFunc      func,
              gpointer            data)
{
  for (; mail != NULL; mail = mail->next)
    {
      sight->n_mails++;
      func (mail, data);
    }
}

/* The same of a stack, which has the newest on top. */
static void
look_at_stack (AtMail         *newest,
               AtMailboxSight *sight,
               AtMailSeenFunc  func,
               gpointer        data)
{
  g_autoptr (GPtrArray) mails = g_ptr_array_new ();

  for (; newest != NULL && newest != &closed_mark; newest = newest->next)
    g_ptr_array_add (mails, newest);
  sight->n_mails += mails->len;
  for (guint i = mails->len; i > 0; i--)
    func (mails->pdata[i - 1], data);
}

/* Under @looking. */
static void
look_at_all (AtMailbox      *self,
             AtMailboxSight *sight,
             AtMailSeenFunc  func,
             gpointer        data)
{
  AtMail *backlog, *marked;

  /* Nothing comes to a backlog that is empty while this has the lock. */
  do
    {
      backlog = g_atomic_pointer_get (&self->backlog);
      marked = (AtMail *) ((gsize) backlog | BACKLOG_MARK);
    }
  while (backlog != NULL && !g_atomic_pointer_compare_and_exchange (&self->backlog, backlog, marked));

  look_at_mail (backlog, sight, func, data);
  look_at_stack (self->unturned, sight, func, data);
  look_at_mail (self->turned, sight, func, data);
  look_at_stack (g_atomic_pointer_get (&self->head), sight, func, data);

  /* Otherwise the owner waits for the lock. */
  if (backlog != NULL)
    (void) g_atomic_pointer_compare_and_exchange (&self->backlog, marked, backlog);
}

/* How long nothing has been taken from what is there. */
static gint64
get_undelivered (AtMailbox *self)
{
  guint now = get_ms (g_get_monotonic_time ());
  guint woken = (guint) g_atomic_int_get ((int *) &self->woken_at);
  guint moved = (guint) g_atomic_int_get ((int *) &self->moved_at);

  return MAX (MIN ((int) (now - woken), (int) (now - moved)), 0) * G_TIME_SPAN_MILLISECOND;
}

static void
look_at_mailbox (AtMailbox          *self,
                 AtMailboxSeenFunc   seen,
                 AtMailSeenFunc      func,
                 gpointer            data)
{
  AtMailboxSight sight = { .is_default = self->is_permanent };

  seen (self, NULL, data);
  sight.is_busy = !at_lock_to_look (&self->looking);
  if (!sight.is_busy)
    {
      look_at_all (self, &sight, func, data);
      g_mutex_unlock (&self->looking);
    }
  sight.context = self->is_permanent ? self->context : NULL;
  if (!self->is_permanent && at_lock_to_look (&context_lock))
    {
      sight.context = self->context;
      g_mutex_unlock (&context_lock);
    }
  sight.undelivered_usec = sight.n_mails > 0 ? get_undelivered (self) : -1;
  seen (self, &sight, data);
}

/* Looks at all mailboxes and what is in them, each under its own lock: @seen is called first
 * with no sight, then @func for each mail, under the lock, and then @seen with what came of
 * that. FALSE where the list is not to be had; the default one is seen all the same. */
gboolean
at_mailboxes_look (AtMailboxSeenFunc seen,
                   AtMailSeenFunc    func,
                   gpointer          data)
{
  AtMailbox *permanent = (AtMailbox *) g_atomic_pointer_get (&at_mailbox_default);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  gboolean is_free = at_lock_to_look (&context_lock);

  if (is_free)
    {
      for (AtMailbox *mailbox = at_all_mailboxes; mailbox != NULL; mailbox = mailbox->next)
        g_ptr_array_add (others, at_mailbox_ref (mailbox));
      g_mutex_unlock (&context_lock);
    }

  if (permanent != NULL)
    look_at_mailbox (permanent, seen, func, data);
  for (guint i = 0; i < others->len; i++)
    {
      look_at_mailbox (others->pdata[i], seen, func, data);
      at_mailbox_unref (others->pdata[i]);
    }

  return is_free;
}
