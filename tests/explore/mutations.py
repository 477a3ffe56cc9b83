#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Shows that the explorer finds what it is for: makes one mistake at a time in a copy of
a file of the library, races that it has had among them, links the explorer with it, and
expects the scenario that is named to fail.

Some are races between plain accesses, or operations that are no longer sequentially
consistent: whatever the order of the steps, all comes out right, and so they are to be
found where the explorer looks for them, and not to be found where it does not. That
takes the second build, the first being one with AddressSanitizer.

mutations.py BUILD_DIRECTORY BUILD_DIRECTORY [NAME…]
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile

# What is wrong, where, what is there and what in its place; and who is to find it.
MUTATIONS = [
    ('lint-late', 'the watcher has a record of a task that is gone',
     'at-task-deliver.c',
     '  at_lint_forget (self);\n}',
     '  {\n    gpointer gone = self;\n\n    g_clear_object (&self);\n    at_lint_forget (gone);\n  }\n}',
     ['watched']),
    ('hand-late', 'a thread lets go of a task while another one looks at it there',
     'at-task-body.c',
     '''  if (G_LIKELY (frame != NULL))
    at_hand_hide (frame);
  at_task_send_home (priv);
''',
     '''  at_task_send_home (priv);
  if (G_LIKELY (frame != NULL))
    at_hand_hide (frame);
''',
     ['seen']),
    ('hand-no-wait', 'a thread does not wait for whoever looks at what it has in hand',
     'at-hand.c',
     '''{
  g_mutex_lock (&hands_lock);
  g_mutex_unlock (&hands_lock);
}
''',
     '''{
}
''',
     ['seen']),
    ('starter-owns', 'who has started a task counts as its owner ever after',
     'at-task-start.c',
     '&priv->visitor, -(int) at_thread_get_number ()',
     '&priv->visitor, (int) at_thread_get_number ()',
     ['starter']),
    ('functions-twice', 'a block of a task that two threads need is made twice',
     'at-task-home.c',
     'if (g_atomic_pointer_compare_and_exchange (at, NULL, block))',
     'g_atomic_pointer_set (at, block);\n  if (block != NULL)',
     ['functions']),
    ('spent-triggered', 'a cancel holds a cancellable that is for the owner to drop',
     'at-task-control.c',
     '''  if (!priv->cancellable_is_spent)
    g_set_object (&cancellable''',
     '''  g_set_object (&cancellable''',
     ['spent']),
    ('spent-here', 'a worker drops what a body has attached to its cancellable',
     'at-task-body.c',
     'is_over && at_task_would_dispose (priv->cancellable)',
     'FALSE',
     ['spent']),
    ('spent-lent', 'who asks for the cancellable of a task gets one that the owner drops',
     'at-task-control.c',
     '''  spent = take_spent (priv);
  priv->cancellable_is_shared''',
     '''  priv->cancellable_is_shared''',
     ['spent-asked']),
    ('spent-kept', 'a cancellable that was made in the place of another one goes with that',
     'at-task-control.c',
     '''    return NULL;
  priv->cancellable_is_spent = FALSE;
''',
     '''    return NULL;
''',
     ['spent-asked']),
    ('mail-no-wait', 'an owner does not wait for whoever looks at its mail',
     'at-mailbox.c',
     '''  if (G_UNLIKELY ((found & BACKLOG_MARK) != 0))
''',
     '''  if (found == BACKLOG_MARK)
''',
     ['seen', 'seen-two']),
    ('parked-freed', 'a task is in the list of those that are parked when it is done',
     'at-task-watch.c',
     '''  at_task_unpark (priv);
''',
     '',
     ['seen-parked']),
    ('rest-turn', 'a job that rests has not got its turn yet when somebody may have it already',
     'at-job.c',
     '''      at_job_set_turn (self, g_steal_pointer (&frame->turn));
    }

  do
    state = at_state_get (&self->state);
  while (!at_state_replace (&self->state, state,
                            (state & ~(guint) AT_PHASE_MASK) | AT_PHASE_QUEUED | AT_STATE_RESTING));
''',
     '''    }

  do
    state = at_state_get (&self->state);
  while (!at_state_replace (&self->state, state,
                            (state & ~(guint) AT_PHASE_MASK) | AT_PHASE_QUEUED | AT_STATE_RESTING));
  if (frame != NULL)
    at_job_set_turn (self, g_steal_pointer (&frame->turn));
''',
     ['deferred-serial']),
    ('rest-no-turn', 'a task that waits for its owner has given its turn away',
     'at-job.c',
     '''      at_job_set_turn (self, g_steal_pointer (&frame->turn));
''',
     '',
     ['deferred-serial']),
    ('deferred-stopped', 'a task that was cancelled as its turn came is started',
     'at-task-deferred.c',
     '''      end_stopped (priv);
      at_parcel_send (parcel);
''',
     '      at_parcel_send (parcel);\n',
     ['deferred-stopped']),
    ('deferred-twice', 'two threads end the same attempt',
     'at-task-deferred.c',
     '  if (!g_atomic_int_compare_and_exchange (&deferral->is_open, TRUE, FALSE))\n',
     '  gboolean is_open = g_atomic_int_get (&deferral->is_open);\n\n'
     '  g_atomic_int_set (&deferral->is_open, FALSE);\n  if (!is_open)\n',
     ['deferred-rivals']),
    ('deferred-held', 'a task is resumed while its owner finds it paused',
     'at-task-deferred.c',
     '''  g_mutex_lock (&priv->lock);
  if (at_task_is_held (priv))
    get_deferral (priv)->is_held = TRUE;
  else
    claimed = at_job_claim_resting (&priv->job);
  g_mutex_unlock (&priv->lock);
''',
     '''  if (at_task_is_held (priv))
    get_deferral (priv)->is_held = TRUE;
  else
    claimed = at_job_claim_resting (&priv->job);
''',
     ['deferred-resume']),
    ('group-decided-late', 'a task is added to a group that has been decided',
     'at-task-group-parts.c',
     '''  if (self->decisive != NULL)
    return _("The group has been decided");
''',
     '',
     ['group-add-decided']),
    ('group-over', 'a task is added to a group that has ended',
     'at-task-group-parts.c',
     '''      self->is_over = TRUE;
      if (self->decisive == NULL && !self->is_stopped)''',
     '''      if (self->decisive == NULL && !self->is_stopped)''',
     ['group-add-ended'],
     ('''  was_over = self->is_over;
  self->is_over = TRUE;
''', '''  was_over = self->is_over;
''')),
    ('group-stopped', 'a task is added to a group that was cancelled',
     'at-task-group-parts.c',
     '''  if (self->is_stopped)
    return _("The group was cancelled");
''',
     '',
     ['group-add-cancelled']),
    ('group-pause-once', 'a task is paused with its group after that was resumed',
     'at-task-group-parts.c',
     '  while (at_async_task_is_paused (group) != is_paused);\n',
     '  while (FALSE);\n',
     ['group-pause']),
    ('group-ends-early', 'a group ends with the bodies of its tasks, and not with their callbacks',
     'at-task-watch.c',
     'return add_watch (self, AT_PHASE_DELIVERED, G_STRUCT_OFFSET (AtRare, finish_watches), watch);',
     'return add_watch (self, AT_PHASE_DONE, G_STRUCT_OFFSET (AtRare, end_watches), watch);',
     ['group-late']),
    ('finish-unseen', 'who comes when the last callback has returned waits for it',
     'at-task-watch.c',
     'return add_watch (self, AT_PHASE_DELIVERED, G_STRUCT_OFFSET (AtRare, finish_watches), watch);',
     'return add_watch (self, AT_PHASE_MASK, G_STRUCT_OFFSET (AtRare, finish_watches), watch);',
     ['group-late']),
    ('added-unseen', 'a job that was cancelled before it was added stays in the queue',
     'at-job.c',
     'if (G_LIKELY (at_job_is_queued (self)))\n    return AT_JOB_IS_ADDED;',
     'if (TRUE)\n    return AT_JOB_IS_ADDED;',
     ['cancel', 'cancel-serial', 'serial-cancel']),
    ('added-twice', 'a job is queued that is in another queue',
     'at-job.c',
     '''  if (!g_atomic_pointer_compare_and_exchange (&self->queue, giver, queue))
    return AT_JOB_IS_ELSEWHERE;
''',
     '  at_job_set_queue (self, queue);\n',
     ['handed-on-twice']),
    ('queue-gone', 'a canceller has no reference on the executor whose queue it looks at (as it had none)',
     'at-job.c',
     '    g_object_ref (queue->executor);\n',
     '    (void) queue->executor;\n',
     ['cancel-pool-dropped'],
     ('      left = queue->klass->forget (queue, self);\n      g_object_unref (queue->executor);\n',
      '      left = queue->klass->forget (queue, self);\n'),
     ('      found = queue->klass->reorder (queue, self);\n      g_object_unref (queue->executor);\n',
      '      found = queue->klass->reorder (queue, self);\n')),
    ('queue-late', 'the executor looks at its queue before it is known which one that is',
     'at-job.c',
     '''  g_mutex_lock (&leaving_lock);
  at_job_set_queue (self, queue);
  g_mutex_unlock (&leaving_lock);
''',
     '  at_job_set_queue (self, queue);\n',
     ['cancel-pool-dropped']),
    ('inbox-unseen', 'the turn of a serial executor is given up though a task has come meanwhile',
     'at-limiter.c',
     '''      *gives_up = self->queue.length == 0;
      if (*gives_up)
        self->n_running--;
    }
  g_mutex_unlock (&self->inbox_lock);''',
     '''      *gives_up = self->queue.length == 0;
    }
  g_mutex_unlock (&self->inbox_lock);
  if (gives_up != NULL && *gives_up)
    {
      g_mutex_lock (&self->inbox_lock);
      self->n_running--;
      g_mutex_unlock (&self->inbox_lock);
    }''',
     ['serial']),
    ('inbox-kept', 'a canceller takes a task out of the queue that is still in the inbox',
     'at-limiter.c',
     '  empty_inbox (self, NULL);\n  found = at_job_get_queue (job) == jobs;\n  if (found)\n    {',
     '  found = at_job_get_queue (job) == jobs;\n  if (found)\n    {',
     ['serial-cancel']),
    ('turn-unseen', 'whether some job has the turn is looked up before another one is in the queue',
     'at-limiter.c',
     '''  at_spin_then_lock (&self->lock);
  added = at_job_add (job, NULL, &self->jobs, &one);
  if (added == AT_JOB_IS_ADDED)
    {
      at_priority_queue_take_over (&self->queue, &one, job->level);
      at_spin_then_lock (&self->inbox_lock);
      *has_turn = take_turn (self);
      g_mutex_unlock (&self->inbox_lock);
    }
''',
     '''  g_mutex_lock (&self->inbox_lock);
  *has_turn = take_turn (self);
  g_mutex_unlock (&self->inbox_lock);
  at_spin_then_lock (&self->lock);
  added = at_job_add (job, NULL, &self->jobs, &one);
  if (added == AT_JOB_IS_ADDED)
    at_priority_queue_take_over (&self->queue, &one, job->level);
''',
     ['serial-priority']),
    ('saturation-late', 'a pool has a free slot, and a task comes to the inbox all the same',
     'at-pool.c',
     '''  self->is_saturated = stays_saturated;
  g_mutex_unlock (&self->inbox_lock);
''',
     '''  g_mutex_unlock (&self->inbox_lock);
  g_mutex_lock (&self->inbox_lock);
  self->is_saturated = stays_saturated;
  g_mutex_unlock (&self->inbox_lock);
''',
     ['two', 'limit']),
    ('pool-inbox-kept', 'a canceller takes a task out of the queue of a pool that is still in the inbox',
     'at-pool.c',
     '  take_all_in (self);\n  found = at_job_get_queue (job) == jobs;\n  if (found)\n    {',
     '  found = at_job_get_queue (job) == jobs;\n  if (found)\n    {',
     ['two-cancel']),
    ('claim-late', 'a task is in no queue before it is claimed',
     'at-pool.c',
     '      if (at_job_claim (job))\n',
     '      at_job_unqueue (job);\n      if (at_job_claim (job))\n',
     ['cancel']),
    ('turn-late', 'the same where a serial executor goes on in the same thread',
     'at-limiter.c',
     '  if (!at_job_claim (job))\n    {\n      at_job_drop (job);\n      return FALSE;\n    }\n\n  at_turn_give',
     '  at_job_drop (job);\n  if (!at_job_claim (job))\n    return FALSE;\n\n  at_turn_give',
     ['serial-cancel']),
    ('cancelled-in-queue', 'a canceller sends a task home that is still in the queue',
     'at-task-control.c',
     '      at_job_leave (&priv->job);\n      at_task_end_unrun (priv);',
     '      at_task_end_unrun (priv);',
     ['cancel']),
    ('resumed-before', 'a body that is about to wait does not look again under the lock',
     'at-task-body.c',
     '  while (is_held (priv, &until))\n    {',
     '  until = -1;\n  for (gboolean first = TRUE; first || is_held (priv, &until); first = FALSE)\n    {',
     ['pause']),
    ('backlog-unseen', 'a body that is about to wait for its owner does not look again at what waits',
     'at-task-backlog.c',
     '  g_atomic_int_set (&self->is_awaited, TRUE);\n  pending = get_pending (self);',
     '  g_atomic_int_set (&self->is_awaited, TRUE);',
     ['backlog-polled']),
    ('backlog-unwoken', 'the owner looks for who waits before it takes a value from what waits',
     'at-task-backlog.c',
     '  gssize pending = g_atomic_pointer_add',
     '  gboolean is_awaited = g_atomic_int_get (&backlog->is_awaited);\n  gssize pending = (is_awaited ? 0 : G_MAXSSIZE / 2) + g_atomic_pointer_add',
     ['backlog']),
    ('backlog-and-wait', 'an owner that begins to wait does not wake the body that waits for it',
     'at-task-backlog.c',
     '  backlog->n_waiting_owners++;\n  g_mutex_unlock (&priv->lock);\n\n  wake (self, backlog);',
     '  backlog->n_waiting_owners++;\n  g_mutex_unlock (&priv->lock);',
     ['backlog-wait']),
    ('slot-kept', 'a body that is paused keeps its slot',
     'at-task-body.c',
     '      gboolean has_left = at_job_leave_places ();\n',
     '      gboolean has_left = FALSE;\n',
     ['pause-slot']),
    ('slot-kept-waiting', 'a body that waits for another task keeps its slot (as it did)',
     'at-task-wait.c',
     '  has_left = timeout_ms != 0 && at_job_leave_places ();\n',
     '  has_left = FALSE;\n',
     ['wait-slot']),
    ('published-bare', 'the owner sends a value with no reference while the task is queued (as it did)',
     'at-task-body.c',
     ' || !at_job_runs_here (&priv->job))\n    {\n      g_object_ref (self);',
     ')\n    {\n      g_object_ref (self);',
     ['publish-cancel']),
    ('unstirred', 'a body that waits for a slot does not hear of a cancel',
     'at-task-body.c',
     'waiter.retaking = at_job_get_frame ();',
     'waiter.retaking = NULL;',
     ['resume-cancel-blocked']),
    ('refused-and-run', 'a task that was refused is given back though it runs',
     'at-task-start.c',
     'if (!at_state_move (&priv->job.state, AT_PHASE_QUEUED, AT_PHASE_STARTING, AT_STATE_RESTING, NULL))\n    {\n      g_error_free (reason);',
     'if (at_state_get_phase (&priv->job.state) != AT_PHASE_QUEUED)\n    {\n      g_error_free (reason);',
     ['custom-refuses']),
    ('lent-and-run', 'a task is lent that was handed on, and is being run, meanwhile',
     'at-job.c',
     'if (at_job_get_queue (self) != NULL || !at_job_is_queued (self))',
     'if (!at_job_is_queued (self) || at_job_get_queue (self) != NULL)',
     ['handed-on-there']),
    ('lent-and-handed-on', 'a task is lent that another thread is about to hand on',
     'at-job.c',
     'state >= AT_STATE_HANDING || ',
     '',
     ['handed-on-there']),
    ('loan-goes-on', 'a canceller leaves a task that it ends without a reference on itself',
     'at-task-control.c',
     '    at_job_take_back (&priv->job);\n',
     '    (void) 0;\n',
     ['custom-forgets-cancel']),
    ('dropped-unseen', 'a task that its executor has dropped goes without a word',
     'at-task-dispose.c',
     '&& at_task_fail_dropped (priv))',
     '&& FALSE)',
     ['custom-forgets', 'serial-forgets']),
    ('run-in-queue', 'run() leaves a task in the queue that it is in',
     'at-job.c',
     '  at_job_leave (self);\n  pthread_cleanup_push',
     '  pthread_cleanup_push',
     ['run-queued']),
    ('no-growth', 'the default pool does not look after a queue that is stuck',
     'at-pool.c',
     'if (self->waking || !(has_work (self) || needs_watcher (self)))',
     'if (self->waking || !has_work (self))',
     ['grow']),
    ('signal-lost', 'a thread whose time was up leaves the wake-up that it used up pending',
     'at-pool.c',
     '  self->waking = FALSE;\n\n  return woken;',
     '  if (woken)\n    self->waking = FALSE;\n\n  return woken;',
     ['spaced']),
    ('asleep-unseen', 'the mailbox goes to sleep without a last look',
     'at-mailbox.c',
     '  if (g_atomic_pointer_get (&self->head) != NULL)\n    {\n      g_atomic_int_set (&self->asleep, FALSE);\n      return FALSE;\n    }\n',
     '',
     ['mailbox']),
    ('asleep-early', 'a poster looks whether the owner sleeps before it has pushed',
     'at-mailbox.c',
     '''  do
    {
      older = g_atomic_pointer_get (&self->head);''',
     '''  gboolean asleep = g_atomic_int_get (&self->asleep);

  do
    {
      older = g_atomic_pointer_get (&self->head);''',
     ['mailbox'],
     ('if (g_atomic_int_get (&self->asleep) &&', 'if (asleep &&')),
    ('closed-unseen', 'mail that comes as the context goes is left in the box',
     'at-mailbox.c',
     'newest = g_atomic_pointer_exchange (&self->head, &closed_mark);',
     'newest = g_atomic_pointer_get (&self->head);\n  g_atomic_pointer_set (&self->head, &closed_mark);',
     ['mailbox-closed']),
    ('taken-unseen', 'a follower takes itself out of what its owner has taken on its way out',
     'at-owner-link.c',
     'was_in_hub = self->is_in_hub;',
     'was_in_hub = TRUE;',
     ['owner-gone-there']),
    ('begun-unseen', 'who asks whether the body runs does so before it can be told that it does',
     'at-task-progress.c',
     '''      AtPacer *pacer = ensure_pacer (self);

      /* One that began before it could know tells nobody. */
      if (get_motion (priv) != AT_PROGRESS_NO_WORK)
''',
     '''      AtProgressMotion motion = get_motion (priv);
      AtPacer *pacer = ensure_pacer (self);

      if (motion != AT_PROGRESS_NO_WORK)
''',
     ['indeterminate']),
    ('listed-early', 'a list asks what a task is before those who start it can see that it wants to know',
     'at-task-list.c',
     '''  count (item, get_task_state (task));
''',
     '''  count (item, state);
''',
     ['execute-there-listed']),
    ('begin-unseen', 'whoever starts a task looks for those who follow it by their handlers alone',
     'at-task-start.c',
     '''  else if ((at_state_get (&priv->job.state) & AT_STATE_SHOWN) == 0)
''',
     '''  else
''',
     ['execute-there-listed']),
    ('idle-unseen', 'the owner stops looking at the progress without a last look',
     'at-progress.c',
     '  g_atomic_int_set (&self->posted, FALSE);\n\n  return !(at_progress_has_news (self) && claim_post (self));',
     '  gboolean news = at_progress_has_news (self);\n\n  g_atomic_int_set (&self->posted, FALSE);\n\n  return !(news && claim_post (self));',
     ['fraction-arrives']),
    ('waiter-unseen', 'who waits does not look again once it is known to',
     'at-task-wait.c',
     '  while (in_time && !looks && !is_settled (priv) &&',
     '  do',
     ['wait'],
     (''' !(owner != NULL && g_atomic_int_get (&owner->is_asked)) &&
         !g_cancellable_is_cancelled (cancellable))
    {
      gint64 look_time''', '''
    {
      gint64 look_time'''),
     ('''        g_cond_wait (&waiter.cond, &priv->lock);
    }
  in_time = in_time''', '''        g_cond_wait (&waiter.cond, &priv->lock);
    }
  while (FALSE);
  in_time = in_time''')),
    ('awaited-early', 'whether somebody waits is looked up before the task is done',
     'at-task-body.c',
     '  state = at_task_reach_done (priv, AT_PHASE_RUNNING);\n',
     '  state = at_state_get (&priv->job.state);\n  at_task_reach_done (priv, AT_PHASE_RUNNING);\n',
     ['wait']),
    ('settled-twice', 'wait() looks twice at the state (as it did)',
     'at-task-wait.c',
     '  if (is_settled_state (state))\n    return get_computed (priv, state, error);\n\n  if (would_deadlock (self))',
     '  if (is_settled_state (state))\n    return get_computed (priv, at_state_get (&priv->job.state), error);\n\n  if (would_deadlock (self))',
     ['refused-wait']),
    ('dropped-early', 'what is disposed of on a worker is sent home while that has it still (as it was)',
     'at-homing.c',
     '    g_object_add_toggle_ref (object, on_only_kept, self);\n',
     '    g_object_add_toggle_ref (object, on_only_kept, self), on_only_kept (self, object, TRUE);\n',
     ['custom-serial-refuses', 'list-dropped-there']),
    ('list-taken-up', 'the owner takes a reference on a list while another thread drops the last',
     'at-task-list.c',
     '(kept = g_weak_ref_get (&self->self)) == NULL',
     '(kept = g_object_ref (self)) == NULL',
     ['list-dropped-there']),
    ('priority-unseen', 'who adds a task looks at its priority before it is known where the task is',
     'at-job.c',
     '''  if (!g_atomic_pointer_compare_and_exchange (&self->queue, giver, queue))
    return AT_JOB_IS_ELSEWHERE;

  at_job_chain_append (chain, &self->link);
''',
     '''  int priority = g_atomic_int_get (&self->priority);

  if (!g_atomic_pointer_compare_and_exchange (&self->queue, giver, queue))
    return AT_JOB_IS_ELSEWHERE;

  at_job_chain_append (chain, &self->link);
''',
     ['priority-added', 'priority-added-serial'],
     ('  self->level = g_atomic_int_get (&self->priority);\n', '  self->level = priority;\n')),
    ('priority-inbox', 'a task whose priority changes while it is added stays in the inbox of a pool',
     'at-pool.c',
     'if (*added == AT_JOB_IS_ADDED && G_UNLIKELY (job->level != G_PRIORITY_DEFAULT))',
     'if (FALSE)',
     ['priority-added']),
    ('priority-serial-inbox', 'the same for a serial executor',
     'at-limiter.c',
     'if (G_UNLIKELY (job->level != G_PRIORITY_DEFAULT))',
     'if (FALSE)',
     ['priority-added-serial']),
    ('priority-moved', 'who sets a priority moves a task that is not in the queue any more',
     'at-pool.c',
     '  if (found)\n    at_job_reorder (job, &self->queue);',
     '  at_job_reorder (job, &self->queue);',
     ['priority', 'priority-cancel']),
    ('priority-queue-gone', 'a pool that a task was handed on to goes while somebody looks at its queue',
     'at-job.c',
     '  g_atomic_int_set (&self->is_handed_on, TRUE);\n',
     '',
     ['priority-pool-dropped']),
    ('limiter-unpassed', 'who ends a turn does not look who waits for it',
     'at-limiter.c',
     '      if (G_UNLIKELY (self->is_disputed) && pass_on (self))',
     '      if (FALSE && pass_on (self))',
     ['limiter-pause']),
    ('limiter-kept', 'a body that waits keeps its place in a limit',
     'at-limiter.c',
     '  g_object_ref (self->jobs.executor);\n  at_spin_then_lock (&self->lock);\n  hand_over (self, get_turn (self), NULL, NULL);\n',
     '  (void) self;\n',
     ['limiter-pause']),
    ('limiter-stuck', 'what was queued as a limit grew waits for the next body to end',
     'at-limiter.c',
     '  has_turn = (self->queue.length > 0 || self->inbox.length > 0) && take_turn (self);',
     '  has_turn = FALSE;',
     ['limiter-grows']),
    ('limiter-gone', 'a turn holds no reference on its executor',
     'at-limiter.c',
     '  self->n_running++;\n  g_object_ref (self->jobs.executor);\n',
     '  self->n_running++;\n',
     ['limiter-dropped'],
     ('  if (rests)\n    g_object_unref (self->jobs.executor);\n', ''),
     ('  if (job == NULL)\n    g_object_unref (self->jobs.executor);\n', '')),
    ('limiter-unstirred', 'a body that waits for a place does not hear of a cancel',
     'at-limiter.c',
     '  g_cond_broadcast (&self->resumed);\n  g_mutex_unlock (&self->lock);\n}\n\nstatic const AtTurnClass turn_class',
     '  g_mutex_unlock (&self->lock);\n}\n\nstatic const AtTurnClass turn_class',
     ['limiter-pause-cancel-blocked']),
    ('latest-older', 'a body that has ended before a newer one was submitted is taken for that',
     'at-latest.c',
     '      self->is_superseded = TRUE;\n      at_async_task_cancel (self->task, TRUE);\n    }\n  if (had_task',
     '      at_async_task_cancel (self->task, TRUE);\n    }\n  if (had_task',
     ['latest']),
    ('latest-two', 'the newer one does not wait until the body of the older one has returned',
     'at-latest.c',
     'if (self->waiting == NULL || self->task != NULL || self->is_starting',
     'if (self->waiting == NULL || self->is_starting',
     ['latest']),
    ('cache-told-twice', 'one who was cancelled as the body ended is told of that, too',
     'at-task-cache.c',
     '  asker->entry = NULL;\n',
     '',
     ['cache']),
    ('cache-gone', 'one who was told is gone while the word that it was cancelled is on its way',
     'at-task-cache.c',
     '&at_asker_ref (asker)->mail);\n',
     '&asker->mail);\n',
     ['cache'],
     ('  tell (asker, NULL, error);\n  at_asker_unref (asker);\n', '  tell (asker, NULL, error);\n'),
     ('    {\n      at_asker_unref (asker);\n      return;', '    {\n      return;')),
    ('work-turn-kept', 'work that a shutdown cancels keeps its turn',
     'at-task-work.c',
     '  send_home (get_work (job), on_unrun);\n  at_turn_end (turn);',
     '  send_home (get_work (job), on_unrun);\n  (void) turn;',
     ['submit-shutdown-serial']),
    ('work-uncounted', 'work is gone while the executor still offers it that keeps it meanwhile',
     'at-task-work.c',
     '  g_atomic_ref_count_inc (&get_work (job)->ref_count);\n',
     '  (void) job;\n',
     ['submit-nested']),
    ('list-dropped', 'a list is disposed of where its last reference goes (as it was)',
     'at-task-list.c',
     '      at_homing_begin (object, self->mailbox);\n      return;\n',
     '      at_mailbox_leave (self->mailbox, home);\n',
     ['list-dropped-there']),
    ('time-up-unseen', 'whether the time of a task is up is looked at before it is done',
     'at-task-timeout.c',
     'if (G_LIKELY (at_state_move (&priv->job.state, from, AT_PHASE_DONE, AT_STATE_TIMED_OUT, &state)))',
     'if ((at_state_get (&priv->job.state) & AT_STATE_TIMED_OUT) == 0 && at_state_move (&priv->job.state, from, AT_PHASE_DONE, 0, &state))',
     ['timeout']),
    ('retried-twice', 'the next attempt begins though somebody else has the task',
     'at-task-retry.c',
     '      if (!is_retrying (state))\n        return FALSE;\n\n      new_state',
     '      new_state',
     ['retry-cancel', 'retry-now']),
    ('due-unseen', 'an attempt is due before the task rests, and nobody looks again',
     'at-task-retry.c',
     '  else\n    at_task_go_on_retrying (priv);\n  at_async_task_unref_home (self);',
     '  else if (seconds <= 0)\n    at_task_go_on_retrying (priv);\n  at_async_task_unref_home (self);',
     ['retry']),
    ('prerequisite-unseen', 'a prerequisite ends before a task begins to wait for it, which then waits for ever',
     'at-task-prerequisite.c',
     '      if (!at_async_task_add_end_watch (prerequisite->other, &prerequisite->watch))\n        on_prerequisite_ended (&prerequisite->watch, prerequisite->other);',
     '      at_async_task_add_end_watch (prerequisite->other, &prerequisite->watch);',
     ['prerequisite']),
]

RACES = [
    ('push-late', 'a mail is linked to the older ones when the owner may have it already',
     'at-mailbox.c',
     '''      mail->next = older;
    }
  while (!g_atomic_pointer_compare_and_exchange (&self->head, older, mail));
''',
     '''    }
  while (!g_atomic_pointer_compare_and_exchange (&self->head, older, mail));
  mail->next = older;
''',
     ['mailbox']),
    ('asleep-relaxed', 'the last look before the owner goes to sleep may come before it says so',
     'at-mailbox.c',
     '  if (g_atomic_pointer_get (&self->head) != NULL)\n    {\n      g_atomic_int_set',
     '  if (__atomic_load_n (&self->head, __ATOMIC_RELAXED) != NULL)\n    {\n      g_atomic_int_set',
     ['mailbox']),
    ('posted-released', 'the owner says that it looks no more by a store that a look may come before',
     'at-progress.c',
     '  g_atomic_int_set (&self->posted, FALSE);\n\n  return !(',
     '  __atomic_store_n (&self->posted, FALSE, __ATOMIC_RELEASE);\n\n  return !(',
     ['fraction']),
    ('message-unlocked', 'that there is a new message is said when the lock of it is let go',
     'at-progress.c',
     '''  self->message = copy;
  self->has_new_message = TRUE;
  g_mutex_unlock (&self->lock);
''',
     '''  self->message = copy;
  g_mutex_unlock (&self->lock);
  self->has_new_message = TRUE;
''',
     ['fraction']),
    ('news-unlocked', 'whether there is a new message is looked at without its lock',
     'at-progress.c',
     '''  g_mutex_lock (&self->lock);
  news = self->has_new_message ||
         self->completed != self->values.completed ||
         self->total != self->values.total;
  g_mutex_unlock (&self->lock);
''',
     '''  news = self->has_new_message ||
         self->completed != self->values.completed ||
         self->total != self->values.total;
''',
     ['fraction']),
    ('homing-quark', 'several threads may be the first to ask for a number (as it was)',
     'at-homing.c',
     '''  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("at-homing"));

  return (GQuark) quark;
''',
     '''  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("at-homing");

  return quark;
''',
     ['custom-serial-refuses']),
]


def get_command(build, name):
    for entry in json.load(open(os.path.join(build, 'compile_commands.json'), encoding='utf-8')):
        if 'asynctask-glib-explored' in entry['output'] and os.path.basename(entry['file']) == name:
            return shlex.split(entry['command']), entry['file'], entry['output']
    sys.exit(f'{name} is not built for the explorer')


def get_link_command(build):
    commands = subprocess.run(['ninja', '-C', build, '--quiet', '-t', 'commands', 'tests/explore/explore'],
                              check=True, capture_output=True, text=True).stdout
    return shlex.split(commands.splitlines()[-1])


def make_mistake(source, mutation):
    name, _, file, *_ = mutation
    for old, new in [mutation[3:5], *mutation[6:]]:
        if source.count(old) != 1:
            sys.exit(f'{name}: {file} has what is to be changed {source.count(old)} times')
        source = source.replace(old, new)
    return source


def run_scenarios(program, scenarios, most_preemptions, *options):
    # A leak is for the explorer to tell, which counts what is finalized: of its own memory
    # the sanitizer may lose sight, as it ends with threads that have not.
    environment = {**os.environ, 'G_SLICE': 'always-malloc', 'G_DEBUG': 'gc-friendly,fatal-warnings',
                   'MALLOC_PERTURB_': '107', 'ASAN_OPTIONS': 'detect_leaks=0'}

    # The fewer preemptions a mistake takes, the earlier it is found.
    for preemptions in range(most_preemptions + 1):
        result = subprocess.run([program, f'--preemptions={preemptions}', '--seconds=180', *options, *scenarios],
                                env=environment, capture_output=True, text=True, errors='replace')
        if result.returncode != 0:
            break
    return result


def build_mutant(build, work, mutation):
    file = mutation[2]
    command, path, output = get_command(build, file)
    source = os.path.join(build, path)
    mutant = os.path.join(work, file)
    program = os.path.join(work, 'explore')
    with open(source, encoding='utf-8') as original, open(mutant, 'w', encoding='utf-8') as copy:
        copy.write(make_mistake(original.read(), mutation))

    command = [mutant if part == path else part.replace(output, mutant + '.o') for part in command]
    subprocess.run(command + ['-w', '-I' + os.path.dirname(source)], cwd=build, check=True)
    link = get_link_command(build)
    link[link.index('-o') + 1] = program
    link.insert(link.index('-o') + 2, mutant + '.o')
    subprocess.run(link, cwd=build, check=True)

    return program


# Whether it was found as it is to be, and what the explorer said.
def explore(build, mutation):
    with tempfile.TemporaryDirectory(prefix='asynctask-') as work:
        program = build_mutant(build, work, mutation)
        if mutation not in RACES:
            result = run_scenarios(program, mutation[5], 3)
            return result.returncode == 1, result

        blind = run_scenarios(program, mutation[5], 2, '--no-races')
        if blind.returncode != 0:
            return False, blind
        result = run_scenarios(program, mutation[5], 2)
        found = result.returncode == 1 and (': A race: ' in result.stdout or ' not sequentially consistent: ' in result.stdout)
        return found, result


def choose(mutations, names):
    return [mutation for mutation in mutations if not names or mutation[0] in names]


def main():
    *builds, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    unknown = set(names) - {mutation[0] for mutation in MUTATIONS + RACES}
    if unknown:
        sys.exit('There is no mutation ' + ', '.join(sorted(unknown)))
    chosen = []
    failed = False

    # What is found in the code as it is, is no mistake's.
    for build, mutations in zip(builds, [choose(MUTATIONS, names), choose(RACES, names)]):
        chosen += [(build, mutation) for mutation in mutations]
        scenarios = sorted({scenario for mutation in mutations for scenario in mutation[5]})
        if not scenarios:
            continue
        result = run_scenarios(os.path.join(build, 'tests', 'explore', 'explore'), scenarios, 1)
        if result.returncode != 0:
            sys.exit('The code as it is does not pass:\n' + result.stdout + result.stderr)

    print(f'TAP version 13\n1..{len(chosen)}')
    for number, (build, mutation) in enumerate(chosen, 1):
        found, result = explore(build, mutation)
        failed |= not found
        report = [line for line in result.stdout.splitlines() if not line.startswith('#   ')]
        for line in report if not found else report[-4:-1] if len(report) > 4 else report:
            if line.startswith('# ') and not line.startswith('# again'):
                print(line)
        errors = [line for line in result.stderr.splitlines() if 'ERROR' in line or 'CRITICAL' in line]
        if errors:
            print('# ' + errors[0])
        print(('ok' if found else 'not ok'), number, '-', mutation[0] + ':', mutation[1], flush=True)
    sys.exit(failed)


if __name__ == '__main__':
    main()
