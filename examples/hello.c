#include <asynctask-glib.h>

static gboolean body (AtAsyncTask *task, const GValue *params, GCancellable *c, gpointer data, GError **error) {
  (void) params, (void) c, (void) data, (void) error;  /* in a worker thread; these it does not need */
  for (int i = 1; i <= 3; i++) at_async_task_publish (task, G_TYPE_INT, i);
  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void show (const char *what, const GValue *value) {
  g_print ("%s: %d\n", what, g_value_get_int (value));  /* back in the main thread */
}

int main (void) {
  g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
  g_signal_connect_swapped (task, "progress-update", G_CALLBACK (show), "progress");
  g_signal_connect_swapped (task, "post-execute", G_CALLBACK (show), "the answer");
  at_async_task_execute (task, NULL, NULL);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}
