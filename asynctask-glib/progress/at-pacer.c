/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-pacer-private.h"

/* Progress that keeps coming is shown this often; and what follows from time
 * alone, such as the rate of a body that stalls, at this pace. */
#define PACE_USEC (16 * G_TIME_SPAN_MILLISECOND)
#define TICK_USEC (500 * G_TIME_SPAN_MILLISECOND)

static void tick_again (AtPacer *self);

/* What comes next is on its way before anybody is told: a handler may iterate the
 * context, for as long as it takes somebody to answer a question, and what is shown
 * has to go on in there. It may also meet the end of the object. */
static void
show (AtPacer *self,
      gint64   now)
{
  self->shown_at = now;
  tick_again (self);
  self->funcs->show (self->object);
}

static gboolean
is_too_early (AtPacer *self,
              gint64   now)
{
  return now - self->shown_at < PACE_USEC;
}

static void
schedule (AtPacer     *self,
          AtTimedMail *mail,
          AtMailFunc   func,
          gint64       due)
{
  g_object_ref (self->object);
  at_mailbox_schedule (self->mailbox, mail, func, due);
}

static void
on_tick (AtMail *mail)
{
  AtPacer *self = AT_CONTAINER (mail, AtPacer, tick);
  g_autoptr (GObject) object = self->object;

  if (!self->funcs->can_show (object))
    return;

  at_pacer_refresh (self);
}

static void
on_paced (AtMail *mail)
{
  AtPacer *self = AT_CONTAINER (mail, AtPacer, paced);
  g_autoptr (GObject) object = self->object;
  gint64 now;

  self->is_in_use = TRUE;

  /* The progress stays posted: nobody sends it any more. */
  if (!self->funcs->can_show (object))
    return;

  now = g_get_monotonic_time ();
  if (is_too_early (self, now))
    {
      schedule (self, &self->paced, on_paced, self->shown_at + PACE_USEC);
    }
  else if (at_progress_has_news (&self->progress) || !at_progress_go_idle (&self->progress))
    {
      schedule (self, &self->paced, on_paced, now + PACE_USEC);
      show (self, now);
    }
}

AtPacer *
at_pacer_new (GObject            *object,
              AtMailbox          *mailbox,
              const AtPacerFuncs *funcs)
{
  AtPacer *self = g_new0 (AtPacer, 1);

  at_progress_init (&self->progress);
  self->object = object;
  self->mailbox = at_mailbox_ref (mailbox);
  self->funcs = funcs;
  self->shown_at = g_get_monotonic_time () - PACE_USEC;
  self->paced.mail.func = on_paced;

  return self;
}

void
at_pacer_free (AtPacer *self)
{
  at_mailbox_unref (self->mailbox);
  at_progress_clear (&self->progress);
  g_free (self);
}

gboolean
at_pacer_is_in_use (AtPacer *self)
{
  return self->is_in_use || at_progress_is_posted (&self->progress);
}

void
at_pacer_move (AtPacer   *self,
               AtMailbox *mailbox)
{
  AtMailbox *replaced = self->mailbox;

  self->mailbox = at_mailbox_ref (mailbox);
  at_mailbox_unref (replaced);
}

void
at_pacer_send (AtPacer *self)
{
  g_object_ref (self->object);
  at_mailbox_post (self->mailbox, &self->paced.mail);
}

/* Shows it again in a while, as long as it moves. */
static void
tick_again (AtPacer *self)
{
  if (at_schedule_link_is_linked (&self->tick.link) ||
      !self->funcs->can_show (self->object) || !self->funcs->is_moving (self->object))
    return;

  schedule (self, &self->tick, on_tick, g_get_monotonic_time () + TICK_USEC);
}

/* Shows what follows from time or state alone, where there is anything that it follows
 * from, unless it was shown just now. The caller has a reference on the object. */
void
at_pacer_refresh (AtPacer *self)
{
  gint64 now = g_get_monotonic_time ();

  if (!self->is_in_use)
    return;

  if (!is_too_early (self, now))
    show (self, now);
  else
    tick_again (self);
}

/* There is nothing more to show. The caller has a reference on the object. */
void
at_pacer_stop (AtPacer *self)
{
  if (at_mailbox_is_closed (self->mailbox))
    return;

  if (at_mailbox_unschedule (self->mailbox, &self->paced))
    g_object_unref (self->object);
  if (at_mailbox_unschedule (self->mailbox, &self->tick))
    g_object_unref (self->object);
}
