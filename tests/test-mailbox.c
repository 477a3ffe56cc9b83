/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-mailbox-private.h"

typedef struct
{
  AtTimedMail   timed; /* starts with a mail */
  guint         number;
  GArray       *log;
  GThread      *thread;
  GMainContext *iterate;
  gint64        spin_usec;
} Letter;

static void
on_letter (AtMail *mail)
{
  Letter *letter = (Letter *) mail;

  g_atomic_pointer_set (&letter->thread, g_thread_self ());
  if (letter->log != NULL)
    g_array_append_val (letter->log, letter->number);
  if (letter->iterate != NULL)
    while (g_main_context_iteration (letter->iterate, FALSE))
      ;
  if (letter->spin_usec > 0)
    for (gint64 end = g_get_monotonic_time () + letter->spin_usec; g_get_monotonic_time () < end;)
      ;
}

static void
post (AtMailbox *mailbox,
      Letter    *letter,
      guint      number,
      GArray    *log)
{
  letter->timed.mail.func = on_letter;
  letter->number = number;
  letter->log = log;
  at_mailbox_post (mailbox, &letter->timed.mail);
}

/* The mailbox may stand back meanwhile. */
static void
iterate_until (GArray *log,
               guint   n)
{
  while (log->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_log (GArray *log,
            guint   n,
            ...)
{
  va_list args;

  g_assert_cmpuint (log->len, ==, n);
  va_start (args, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (g_array_index (log, guint, i), ==, va_arg (args, guint));
  va_end (args);
}

static void
test_one_per_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtMailbox) first = at_mailbox_get (context);
  g_autoptr (AtMailbox) again = at_mailbox_get (context);

  g_assert_true (first == again);
  g_assert_true (at_mailbox_get (NULL) == at_mailbox_get (g_main_context_default ()));
  g_assert_true (at_mailbox_get_context (first) == context);
}

static void
test_order (void)
{
  AtMailbox *mailbox = at_mailbox_get (NULL);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[4] = { 0, };

  for (guint i = 0; i < 3; i++)
    post (mailbox, &letters[i], i, log);
  g_assert_cmpuint (log->len, ==, 0);
  iterate_until (log, 3);
  assert_log (log, 3, 0, 1, 2);

  /* A letter can be posted again once it was called. */
  post (mailbox, &letters[0], 7, log);
  iterate_until (log, 4);
  assert_log (log, 4, 0, 1, 2, 7);
}

static void
assert_in_order (GArray *log,
                 guint   n)
{
  g_assert_cmpuint (log->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (g_array_index (log, guint, i), ==, i);
}

/* More than is turned over at once, with more to come, and a callback that iterates
 * the context in between. */
static void
test_order_of_many (void)
{
  enum { N = 20000 };
  AtMailbox *mailbox = at_mailbox_get (NULL);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree Letter *letters = g_new0 (Letter, N);

  letters[N / 4].iterate = g_main_context_default ();
  for (guint i = 0; i < N / 2; i++)
    post (mailbox, &letters[i], i, log);
  iterate_until (log, 1);
  for (guint i = N / 2; i < N; i++)
    post (mailbox, &letters[i], i, log);
  iterate_until (log, N);
  assert_in_order (log, N);
}

/* A callback that iterates the context sees what comes after it, once. */
static void
test_nested (void)
{
  AtMailbox *mailbox = at_mailbox_get (NULL);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[4] = { 0, };

  letters[1].iterate = g_main_context_default ();
  for (guint i = 0; i < 4; i++)
    post (mailbox, &letters[i], i, log);
  iterate_until (log, 4);
  assert_log (log, 4, 0, 1, 2, 3);
}

static gpointer
iterate_until_full (gpointer data)
{
  gpointer *args = data;
  GMainContext *context = args[0];
  GArray *log = args[1];

  g_main_context_push_thread_default (context);
  while (log->len < 20000)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);

  return NULL;
}

/* The owner sleeps whenever it can, and no letter is the one that fails to wake
 * it: each is posted when the one before it was called, or is being called. */
static void
test_wake_up (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtMailbox) mailbox = at_mailbox_get (context);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree Letter *letters = g_new0 (Letter, 20000);
  gpointer args[] = { context, log };
  GThread *owner = g_thread_new ("owner", iterate_until_full, args);

  for (guint i = 0; i < 20000; i++)
    {
      post (mailbox, &letters[i], i, log);
      if (i % 2 == 0)
        while (g_atomic_pointer_get (&letters[i].thread) == NULL)
          g_thread_yield ();
    }
  g_thread_join (owner);

  for (guint i = 0; i < 20000; i++)
    {
      g_assert_true (letters[i].thread == owner);
      g_assert_cmpuint (g_array_index (log, guint, i), ==, i);
    }
}

typedef struct
{
  AtMailbox *mailbox;
  GArray    *log;
  Letter    *letters;
  guint      first;
} Producer;

static gpointer
produce (gpointer data)
{
  Producer *producer = data;

  for (guint i = 0; i < 5000; i++)
    post (producer->mailbox, &producer->letters[i], producer->first + i, producer->log);

  return NULL;
}

static void
test_producers (void)
{
  AtMailbox *mailbox = at_mailbox_get (NULL);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Producer producers[4];
  GThread *threads[4];
  guint next[4] = { 0, };

  for (guint p = 0; p < 4; p++)
    {
      producers[p] = (Producer) { mailbox, log, g_new0 (Letter, 5000), p * 5000 };
      threads[p] = g_thread_new ("producer", produce, &producers[p]);
    }
  iterate_until (log, 4 * 5000);

  /* Each producer's letters in its order, none twice. */
  for (guint i = 0; i < log->len; i++)
    {
      guint number = g_array_index (log, guint, i);

      g_assert_cmpuint (number % 5000, ==, next[number / 5000]++);
    }
  for (guint p = 0; p < 4; p++)
    {
      g_thread_join (threads[p]);
      g_free (producers[p].letters);
    }
}

/* Has something to do whenever letters have come. */
typedef struct
{
  GSource  source;
  GArray  *log;
  guint    n_seen;
  guint    n_turns;
  guint    most; /* letters between two turns */
} Ticker;

static gboolean
ticker_check (GSource *source)
{
  Ticker *ticker = (Ticker *) source;

  return ticker->n_seen != ticker->log->len;
}

static gboolean
ticker_prepare (GSource *source,
                int     *timeout)
{
  *timeout = -1;

  return ticker_check (source);
}

static gboolean
ticker_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  Ticker *ticker = (Ticker *) source;

  ticker->most = MAX (ticker->most, ticker->log->len - ticker->n_seen);
  ticker->n_seen = ticker->log->len;
  ticker->n_turns++;

  return G_SOURCE_CONTINUE;
}

static Ticker *
ticker_new (int     priority,
            GArray *log)
{
  static GSourceFuncs funcs = { ticker_prepare, ticker_check, ticker_dispatch, };
  Ticker *ticker = (Ticker *) g_source_new (&funcs, sizeof (Ticker));

  ticker->log = log;
  g_source_set_priority (&ticker->source, priority);
  g_source_attach (&ticker->source, NULL);

  return ticker;
}

static void
ticker_free (Ticker *ticker)
{
  g_source_destroy (&ticker->source);
  g_source_unref (&ticker->source);
}

/* The ways of those who iterate a context until it has nothing left to do. */

static gboolean
iterate (void)
{
  return g_main_context_iteration (NULL, FALSE);
}

static gboolean
iterate_if_pending (void)
{
  return g_main_context_pending (NULL) && g_main_context_iteration (NULL, FALSE);
}

/* For how long the owner would sleep now, in milliseconds. */
static int
get_sleep (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[16];
  int priority, timeout;

  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);

  return timeout;
}

/* Each of them takes more than a budget. */
static void
post_slow_ones (Letter *letters,
                guint   n,
                GArray *log)
{
  for (guint i = 0; i < n; i++)
    {
      letters[i].spin_usec = AT_MAILBOX_BUDGET_USEC + 1;
      post (at_mailbox_get (NULL), &letters[i], i, log);
    }
}

/* Who iterates for as long as there is something to do has all of it afterwards,
 * however many budgets it takes; and then there is nothing. */
static void
test_stands_back_for_nobody (gconstpointer user_data)
{
  gboolean (* go_on) (void) = (gboolean (*) (void)) user_data;
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[10] = { 0, };

  post_slow_ones (letters, 10, log);
  while (go_on ())
    ;
  assert_in_order (log, 10);
  g_assert_cmpint (get_sleep (), ==, -1);
}

/* A redraw gets its turn after each batch, and so does, before it, a source of the
 * mailbox's own priority. */
static void
test_stands_back (gconstpointer user_data)
{
  gboolean (* go_on) (void) = (gboolean (*) (void)) user_data;
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[10] = { 0, };
  Ticker *timer = ticker_new (G_PRIORITY_DEFAULT, log);
  Ticker *redraws = ticker_new (120, log);

  post_slow_ones (letters, 10, log);
  while (go_on ())
    ;
  assert_in_order (log, 10);
  g_assert_cmpuint (timer->most, ==, 1);
  g_assert_cmpuint (redraws->most, ==, 1);
  g_assert_cmpint (get_sleep (), ==, -1);

  ticker_free (timer);
  ticker_free (redraws);
}

/* There is no end to what others want, and the mailbox comes in between. */
static gboolean
redraw (gpointer data)
{
  guint *n_redraws = data;

  (*n_redraws)++;

  return G_SOURCE_CONTINUE;
}

static void
test_stands_back_once (void)
{
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[20] = { 0, };
  guint n_redraws = 0;
  guint redraw_id = g_idle_add_full (120, redraw, &n_redraws, NULL);

  post_slow_ones (letters, 20, log);
  iterate_until (log, 20);
  g_source_remove (redraw_id);

  g_assert_cmpuint (n_redraws, >=, 19);
  /* Two after each batch; one in which the thread was held up by others has no letter. */
  g_assert_cmpuint (n_redraws, <, 19 * 3);
}

typedef struct
{
  GSource    source;
  AtMailbox *mailbox;
  Letter    *letter;
  GArray    *log;
  guint      n_posted;
} Feeder;

static gboolean
feeder_prepare (GSource *source,
                int     *timeout)
{
  Feeder *feeder = (Feeder *) source;

  *timeout = -1;
  if (feeder->n_posted == feeder->log->len)
    post (feeder->mailbox, feeder->letter, feeder->n_posted++, feeder->log);

  return FALSE;
}

static gboolean
feeder_dispatch (GSource     *source,
                 GSourceFunc  callback,
                 gpointer     user_data)
{
  return G_SOURCE_CONTINUE;
}

/* A letter comes in each iteration, as long as one of them is not under way, so
 * that the box is always empty after a dispatch and never before one. */
static void
test_stands_back_in_a_trickle (void)
{
  static GSourceFuncs feeder_funcs = { .prepare = feeder_prepare, .dispatch = feeder_dispatch };
  AtMailbox *mailbox = at_mailbox_get (NULL);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letter = { .spin_usec = AT_MAILBOX_BUDGET_USEC / 4 };
  Feeder *feeder = (Feeder *) g_source_new (&feeder_funcs, sizeof (Feeder));
  Ticker *redraws = ticker_new (120, log);

  feeder->mailbox = mailbox;
  feeder->letter = &letter;
  feeder->log = log;
  g_source_attach (&feeder->source, NULL);
  while (log->len < 100)
    g_main_context_iteration (NULL, FALSE);
  g_source_destroy (&feeder->source);
  g_source_unref (&feeder->source);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  g_assert_cmpuint (redraws->most, <=, 5);
  ticker_free (redraws);
}

/* With nobody else to let pass, standing back does not put the owner to sleep. */
static void
test_stands_back_awake (void)
{
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[3] = { 0, };

  post_slow_ones (letters, 3, log);
  iterate_until (log, 3);
}

static void
test_scheduled (void)
{
  AtMailbox *mailbox = at_mailbox_get (NULL);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[4] = { 0, };
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < 4; i++)
    {
      letters[i].number = i;
      letters[i].log = log;
    }
  at_mailbox_schedule (mailbox, &letters[2].timed, on_letter, now + 9000);
  at_mailbox_schedule (mailbox, &letters[0].timed, on_letter, now + 3000);
  at_mailbox_schedule (mailbox, &letters[3].timed, on_letter, now + 6000);
  at_mailbox_schedule (mailbox, &letters[1].timed, on_letter, now + 6000);
  g_assert_true (at_mailbox_unschedule (mailbox, &letters[3].timed));
  g_assert_false (at_mailbox_unschedule (mailbox, &letters[3].timed));

  iterate_until (log, 3);
  assert_log (log, 3, 0, 1, 2);
  g_assert_cmpint (g_get_monotonic_time (), >=, now + 9000);
}

/* A context that is destroyed gives out what it has, in order, and the default
 * context what comes later. */
static void
test_closed (void)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtMailbox) mailbox = at_mailbox_get (context);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  Letter letters[4] = { 0, };

  for (guint i = 0; i < 3; i++)
    post (mailbox, &letters[i], i, log);
  g_assert_false (at_mailbox_is_closed (mailbox));
  g_main_context_unref (context);
  g_assert_true (at_mailbox_is_closed (mailbox));
  assert_log (log, 3, 0, 1, 2);
  g_assert_null (at_mailbox_get_context (mailbox));

  post (mailbox, &letters[3], 3, log);
  g_assert_cmpuint (log->len, ==, 3);
  iterate_until (log, 4);
  assert_log (log, 4, 0, 1, 2, 3);
}

static void
test_closed_with_many (void)
{
  enum { N = 20000 };
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtMailbox) mailbox = at_mailbox_get (context);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree Letter *letters = g_new0 (Letter, N);

  /* Some have been called, some perhaps turned over, some not. */
  for (guint i = 0; i < N / 2; i++)
    post (mailbox, &letters[i], i, log);
  g_main_context_iteration (context, FALSE);
  for (guint i = N / 2; i < N; i++)
    post (mailbox, &letters[i], i, log);
  g_main_context_unref (context);
  assert_in_order (log, N);
}

static gpointer
post_while_closing (gpointer data)
{
  Producer *producer = data;

  for (guint i = 0; i < 50; i++)
    {
      producer->letters[i].timed.mail.func = on_letter;
      at_mailbox_post (producer->mailbox, &producer->letters[i].timed.mail);
    }

  return NULL;
}

/* A letter that is posted while the context is destroyed goes one way or the
 * other. */
static void
test_closing_race (void)
{
  for (guint round = 0; round < 500; round++)
    {
      GMainContext *context = g_main_context_new ();
      g_autoptr (AtMailbox) mailbox = at_mailbox_get (context);
      g_autofree Letter *letters = g_new0 (Letter, 50);
      Producer producer = { mailbox, NULL, letters, 0 };
      GThread *thread = g_thread_new ("poster", post_while_closing, &producer);

      if (round % 2 == 0)
        g_thread_yield ();
      g_main_context_unref (context);
      g_thread_join (thread);
      for (guint i = 0; i < 50; i++)
        {
          while (letters[i].thread == NULL)
            g_main_context_iteration (NULL, TRUE);
          g_assert_true (letters[i].thread == g_thread_self ());
        }
    }
}

static gpointer
enter_as_stranger (gpointer data)
{
  AtHome home = at_mailbox_enter (at_mailbox_get (NULL), GPOINTER_TO_UINT (data), 0);

  at_mailbox_leave (at_mailbox_get (NULL), home);

  return GINT_TO_POINTER (home);
}

static AtHome
enter_elsewhere (guint heir)
{
  return GPOINTER_TO_INT (g_thread_join (g_thread_new ("stranger", enter_as_stranger,
                                                       GUINT_TO_POINTER (heir))));
}

static void
test_home (void)
{
  AtMailbox *mailbox = at_mailbox_get (NULL);
  AtHome home;

  /* Nobody's: the heir's. */
  home = at_mailbox_enter (mailbox, at_thread_get_number (), 0);
  g_assert_cmpint (home, ==, AT_HOME_ACQUIRED);
  g_assert_true (g_main_context_is_owner (NULL));
  at_mailbox_leave (mailbox, home);
  g_assert_false (g_main_context_is_owner (NULL));
  g_assert_cmpint (at_mailbox_enter (mailbox, 0, 0), ==, AT_HOME_FOREIGN);
  home = at_mailbox_enter (mailbox, 0, at_thread_get_number ());
  g_assert_cmpint (home, ==, AT_HOME_ACQUIRED);
  at_mailbox_leave (mailbox, home);
  g_assert_cmpint (enter_elsewhere (at_thread_get_number ()), ==, AT_HOME_FOREIGN);

  /* Somebody's: that thread's, whoever made what. */
  g_assert_true (g_main_context_acquire (NULL));
  g_assert_cmpint (at_mailbox_enter (mailbox, 0, 0), ==, AT_HOME_OWNED);
  g_assert_cmpint (enter_elsewhere (0), ==, AT_HOME_FOREIGN);
  g_main_context_release (NULL);
}

static gpointer
get_number (gpointer data)
{
  return GUINT_TO_POINTER (at_thread_get_number ());
}

/* A thread that comes when another has gone may well have its GThread, and is
 * not taken for it all the same. */
static void
test_thread_numbers (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  g_assert_cmpuint (at_thread_get_number (), !=, 0);
  g_assert_cmpuint (at_thread_get_number (), ==, at_thread_get_number ());
  g_hash_table_add (seen, GUINT_TO_POINTER (at_thread_get_number ()));
  for (guint i = 0; i < 100; i++)
    g_assert_true (g_hash_table_add (seen, g_thread_join (g_thread_new ("passing", get_number, NULL))));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mailbox/one-per-context", test_one_per_context);
  g_test_add_func ("/mailbox/order", test_order);
  g_test_add_func ("/mailbox/order/of-many", test_order_of_many);
  g_test_add_func ("/mailbox/nested-loop", test_nested);
  g_test_add_func ("/mailbox/wake-up", test_wake_up);
  g_test_add_func ("/mailbox/producers", test_producers);
  g_test_add_data_func ("/mailbox/stands-back/for-nobody/while-something-is-done", iterate, test_stands_back_for_nobody);
  g_test_add_data_func ("/mailbox/stands-back/for-nobody/while-pending", iterate_if_pending, test_stands_back_for_nobody);
  g_test_add_data_func ("/mailbox/stands-back/for-others/while-something-is-done", iterate, test_stands_back);
  g_test_add_data_func ("/mailbox/stands-back/for-others/while-pending", iterate_if_pending, test_stands_back);
  g_test_add_func ("/mailbox/stands-back/once-for-each-batch", test_stands_back_once);
  g_test_add_func ("/mailbox/stands-back/in-a-trickle", test_stands_back_in_a_trickle);
  g_test_add_func ("/mailbox/stands-back/awake", test_stands_back_awake);
  g_test_add_func ("/mailbox/scheduled", test_scheduled);
  g_test_add_func ("/mailbox/closed", test_closed);
  g_test_add_func ("/mailbox/closed/with-many", test_closed_with_many);
  g_test_add_func ("/mailbox/closing-race", test_closing_race);
  g_test_add_func ("/mailbox/home", test_home);
  g_test_add_func ("/mailbox/thread-numbers", test_thread_numbers);

  return g_test_run ();
}
