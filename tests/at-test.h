/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

G_BEGIN_DECLS

void  at_test_init    (int     *argc,
                       char  ***argv);
guint at_test_scale   (guint    count);
gint64 at_test_guard_usec (void);

/* Between the two calls no time passes for any other thread, so that nothing is too late
 * there; what is due later than at once comes in an hour. */
void  at_test_time_stop  (void);
void  at_test_time_go_on (void);

/* From own() on, first of all in a program, time also passes when it is told to: at once, for
 * all threads, and for whatever waits on a condition until some time. */
void  at_test_time_own   (void);
void  at_test_time_skip  (double seconds);

/* Criticals of the libraries: counted between the two calls, fatal elsewhere. */
void  at_test_criticals_begin (void);
guint at_test_criticals_end   (void);

/* The same of warnings; @last (nullable) is the text of the last one, if there was one. */
void  at_test_warnings_begin  (void);
guint at_test_warnings_end    (char **last);
/* Between those two: how many there are so far; and the next one, which another thread may
 * give, and which is waited for. */
guint at_test_warnings_count  (void);
char *at_test_warnings_wait   (void);

#define at_test_assert_critical(statement) \
  G_STMT_START { \
    at_test_criticals_begin (); \
    statement; \
    g_assert_cmpuint (at_test_criticals_end (), ==, 1); \
  } G_STMT_END

/* Waiting. Each wait is for a condition, with a guard that only a hang meets. */
typedef struct
{
  GMainContext *context;
  GSource      *source;
  const char   *what;
  const char   *file;
  int           line;
} AtTestGuard;

void at_test_guard_begin   (AtTestGuard  *guard,
                            GMainContext *context,
                            const char   *what,
                            const char   *file,
                            int           line);
void at_test_guard_end     (AtTestGuard  *guard);
void at_test_hang          (const char   *what,
                            const char   *file,
                            int           line) G_GNUC_NORETURN;

/* For a condition that a callback in @context makes true. The iterations block,
 * so a wake-up that the library loses is a hang. */
#define at_test_iterate_until(main_context, condition) \
  G_STMT_START { \
    AtTestGuard guard_; \
    GMainContext *context_ = (main_context); \
    at_test_guard_begin (&guard_, context_, #condition, __FILE__, __LINE__); \
    while (!(condition)) \
      g_main_context_iteration (context_, TRUE); \
    at_test_guard_end (&guard_); \
  } G_STMT_END

/* For a condition that another thread makes true and tells nobody of. */
#define at_test_poll_until(condition) \
  G_STMT_START { \
    gint64 end_ = g_get_monotonic_time () + at_test_guard_usec (); \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > end_) \
          at_test_hang (#condition, __FILE__, __LINE__); \
        g_usleep (500); \
      } \
  } G_STMT_END

/* As above, with the context iterated meanwhile. */
#define at_test_iterate_poll_until(main_context, condition) \
  at_test_poll_until ((g_main_context_iteration ((main_context), FALSE), (condition)))

/* A gate holds bodies still. */
typedef struct
{
  GMutex   mutex;
  GCond    cond;
  guint    n_arrived;
  gboolean open;
} AtTestGate;

void     at_test_gate_init         (AtTestGate *gate);
void     at_test_gate_clear        (AtTestGate *gate);
void     at_test_gate_pass         (AtTestGate *gate);
void     at_test_gate_wait_arrived (AtTestGate *gate,
                                    guint       n_arrived);
guint    at_test_gate_get_arrived  (AtTestGate *gate);
void     at_test_gate_open         (AtTestGate *gate);

/* What happened to a task, in which order, and on which threads. */
typedef enum
{
  AT_TEST_EVENT_PRE,
  AT_TEST_EVENT_BODY,
  AT_TEST_EVENT_PROGRESS,
  AT_TEST_EVENT_POST,
  AT_TEST_EVENT_CANCELLED,
  AT_TEST_EVENT_FAILED
} AtTestEvent;

#define AT_TEST_N_EVENTS 6

typedef struct _AtTestRecord AtTestRecord;

/* @payload is the callback's GValue or GError. */
typedef void (* AtTestHook) (AtAsyncTask   *task,
                             AtTestEvent    event,
                             gconstpointer  payload,
                             gpointer       user_data);

/* What a task tells of its end, which may come after the record's: a timer, or a worker,
 * may hold it a moment longer than its test does. */
typedef struct
{
  GMutex        mutex;
  AtTestRecord *record;
} AtTestEnd;

struct _AtTestRecord
{
  GThread    *owner;
  AtTestEnd  *end;
  AtTestHook  hook;
  gpointer    hook_data;

  GMutex      mutex;
  GString    *trace;
  guint       counts[AT_TEST_N_EVENTS];
  GThread    *body_thread;
  GHashTable *notifies;
  guint       n_elsewhere;
  guint       n_finalized;
  guint       n_finalized_elsewhere;
};

void     at_test_record_init          (AtTestRecord *record);
void     at_test_record_clear         (AtTestRecord *record);
void     at_test_record_note          (AtTestRecord *record,
                                       const char   *word);
gboolean at_test_record_has           (AtTestRecord *record,
                                       const char   *word);
void     at_test_record_connect       (AtTestRecord *record,
                                       AtAsyncTask  *task);
void     at_test_record_watch         (AtTestRecord *record,
                                       AtAsyncTask  *task);
guint    at_test_record_get_count     (AtTestRecord *record,
                                       AtTestEvent   event);
guint    at_test_record_get_n_last    (AtTestRecord *record);
guint    at_test_record_get_n_notifies (AtTestRecord *record,
                                       const char   *property);
guint    at_test_record_get_n_all_notifies (AtTestRecord *record);
guint    at_test_record_get_n_finalized (AtTestRecord *record);

#define at_test_record_assert_trace(record, expected) \
  G_STMT_START { \
    g_mutex_lock (&(record)->mutex); \
    g_assert_cmpstr ((record)->trace->str, ==, (expected)); \
    g_mutex_unlock (&(record)->mutex); \
  } G_STMT_END

/* Nothing but the body ran anywhere but on the owner thread. */
#define at_test_record_assert_threads(record) \
  G_STMT_START { \
    g_mutex_lock (&(record)->mutex); \
    g_assert_cmpuint ((record)->n_elsewhere, ==, 0); \
    g_mutex_unlock (&(record)->mutex); \
  } G_STMT_END

/* The task is gone, and went on the owner thread. */
#define at_test_record_assert_finalized(record) \
  G_STMT_START { \
    g_mutex_lock (&(record)->mutex); \
    g_assert_cmpuint ((record)->n_finalized, ==, 1); \
    g_assert_cmpuint ((record)->n_finalized_elsewhere, ==, 0); \
    g_mutex_unlock (&(record)->mutex); \
  } G_STMT_END

/* A subclass that overrides everything and records it. */
#define AT_TEST_TYPE_TASK (at_test_task_get_type ())
G_DECLARE_FINAL_TYPE (AtTestTask, at_test_task, AT_TEST, TASK, AtAsyncTask)

struct _AtTestTask
{
  AtAsyncTask   parent_instance;

  AtTestRecord *record;
  AtTestEnd    *end;
  AtTaskFunc    body;
  gpointer      body_data;
};

AtAsyncTask *at_test_task_new (AtTestRecord *record,
                               AtTaskFunc    body,
                               gpointer      body_data);

/* Iterates the task's context until it is finished. */
void         at_test_finish   (AtAsyncTask  *task);
/* A failure of the task is no news to the test. */
void         at_test_hear     (AtAsyncTask  *task);
/* Nobody has the task any more but the test: what the thread of the timers, or one of a pool,
 * has had still, it drops in the main loop. */
#define at_test_assert_last_reference(task) \
  at_test_iterate_poll_until (NULL, g_atomic_int_get ((int *) &G_OBJECT (task)->ref_count) == 1)
AtExecutor  *at_test_pool_new (guint        max_threads);
/* With success. */
void         at_test_execute  (AtAsyncTask *task,
                               AtExecutor  *executor);
/* Has one more task go through @executor and @context, behind all before it. */
void         at_test_settle   (GMainContext *context,
                               AtExecutor   *executor);

/* Bodies. */
gboolean at_test_body_succeed  (AtAsyncTask   *task,
                                const GValue  *params,
                                GCancellable  *cancellable,
                                gpointer       user_data,
                                GError       **error);
gboolean at_test_body_fail     (AtAsyncTask   *task,
                                const GValue  *params,
                                GCancellable  *cancellable,
                                gpointer       user_data,
                                GError       **error);
/* @user_data is an AtTestGate. */
gboolean at_test_body_gate     (AtAsyncTask   *task,
                                const GValue  *params,
                                GCancellable  *cancellable,
                                gpointer       user_data,
                                GError       **error);

/* How many of something were made, and where they were freed. */
typedef struct
{
  GThread *owner;
  gint     n_made;
  gint     n_freed;
  gint     n_freed_elsewhere;
} AtTestCount;

#define AT_TEST_COUNT_INIT { g_thread_self (), 0, 0, 0 }

void    at_test_count_made  (AtTestCount *count);
void    at_test_count_freed (gpointer     count);

#define at_test_count_assert_all_freed(count, made) \
  G_STMT_START { \
    g_assert_cmpint (g_atomic_int_get (&(count)->n_made), ==, (made)); \
    g_assert_cmpint (g_atomic_int_get (&(count)->n_freed), ==, (made)); \
    g_assert_cmpint (g_atomic_int_get (&(count)->n_freed_elsewhere), ==, 0); \
  } G_STMT_END

/* An object that tells where it is finalized. */
#define AT_TEST_TYPE_CANARY (at_test_canary_get_type ())
G_DECLARE_FINAL_TYPE (AtTestCanary, at_test_canary, AT_TEST, CANARY, GObject)

GObject *at_test_canary_new (AtTestCount *count);

/* A value whose every copy is counted. The original is the caller's own, who may
 * well be the last to free its part on a worker: it is not. */
#define AT_TEST_TYPE_TOKEN (at_test_token_get_type ())
GType    at_test_token_get_type   (void);
void     at_test_token_init_value (GValue      *value,
                                   AtTestCount *count);

/* An error whose every copy is counted. */
#define AT_TEST_ERROR (at_test_error_quark ())
GQuark   at_test_error_quark (void);
GError  *at_test_error_new   (AtTestCount *count,
                              int          code);

/* A context with a thread of its own. */
typedef struct
{
  GMainContext *context;
  GMainLoop    *loop;
  GThread      *thread;
} AtTestLoop;

typedef void (* AtTestCall) (gpointer user_data);

AtTestLoop *at_test_loop_new  (void);
void        at_test_loop_free (AtTestLoop *loop);
/* Calls @func there and waits for it. */
void        at_test_loop_call (AtTestLoop *loop,
                               AtTestCall  func,
                               gpointer    user_data);

/* Calls @func in a new thread and waits for it. */
void        at_test_call_in_thread (AtTestCall func,
                                    gpointer   user_data);

G_END_DECLS
