/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-inspector-tree-private.h"

#include "at-gtk-inspector-node-private.h"

/* Of a long queue, as many rows; their number is said. */
#define MOST_SHOWN 200

struct _AtGtkInspectorTree
{
  AtGtkInspectorNode *root;
  GHashTable         *nodes; /* key → AtGtkInspectorNode, those of the last snapshot */
  GString            *summary;
  gboolean            was_busy;
};

/* An update under way. */
typedef struct
{
  AtGtkInspectorTree *tree;
  GHashTable         *nodes;  /* key → AtGtkInspectorNode, those of this snapshot */
  GHashTable         *tasks;  /* id → GVariant */
  GHashTable         *parts;  /* set of the ids that are parts of a group */
  GHashTable         *with;   /* executor → GArray of the ids of its tasks that are in no mailbox */
  GArray             *all;    /* ids */
  GHashTable         *placed; /* set of GVariants, the tasks that have their row */
} Update;

AtGtkInspectorTree *
at_gtk_inspector_tree_new (void)
{
  AtGtkInspectorTree *self = g_new0 (AtGtkInspectorTree, 1);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->root = at_gtk_inspector_node_new ("");
  at_gtk_inspector_node_arrange (self->root, none);
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->summary = g_string_new (NULL);

  return self;
}

void
at_gtk_inspector_tree_free (AtGtkInspectorTree *self)
{
  g_hash_table_unref (self->nodes);
  g_object_unref (self->root);
  g_string_free (self->summary, TRUE);
  g_free (self);
}

GListModel *
at_gtk_inspector_tree_get_roots (AtGtkInspectorTree *self)
{
  return at_gtk_inspector_node_get_children (self->root);
}

const char *
at_gtk_inspector_tree_get_summary (AtGtkInspectorTree *self)
{
  return self->summary->str;
}

/* Reading */

static guint64
get_address (GVariant   *dict,
             const char *key)
{
  guint64 address = 0;

  g_variant_lookup (dict, key, "t", &address);

  return address;
}

static guint
get_uint (GVariant   *dict,
          const char *key)
{
  guint value = 0;

  g_variant_lookup (dict, key, "u", &value);

  return value;
}

/* (nullable) */
static const char *
get_string (GVariant   *dict,
            const char *key)
{
  const char *value = NULL;

  g_variant_lookup (dict, key, "&s", &value);

  return value;
}

static gboolean
is_set (GVariant   *dict,
        const char *key)
{
  gboolean value = FALSE;

  g_variant_lookup (dict, key, "b", &value);

  return value;
}

/* (element-type guint64): empty, where there is none. */
static const guint64 *
get_ids (GVariant    *dict,
         const char  *key,
         GVariant   **owner,
         gsize       *n_ids)
{
  *n_ids = 0;
  *owner = g_variant_lookup_value (dict, key, G_VARIANT_TYPE ("at"));
  if (*owner == NULL)
    return NULL;

  return g_variant_get_fixed_array (*owner, n_ids, sizeof (guint64));
}

static GVariant *
get_task (Update  *update,
          guint64  id)
{
  return g_hash_table_lookup (update->tasks, &id);
}

/* Words. They are those of at_dup_tasks_dump(), which nobody translates: they go into bug reports. */

static void
append (GString    *text,
        const char *format,
        ...) G_GNUC_PRINTF (2, 3);

static void
append (GString    *text,
        const char *format,
        ...)
{
  va_list args;

  if (text->len > 0)
    g_string_append (text, ", ");
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

static void
append_seconds (GString *text,
                double   seconds)
{
  if (seconds < 60)
    g_string_append_printf (text, "%.1f s", seconds);
  else if (seconds < 3600)
    g_string_append_printf (text, "%d min %d s", (int) seconds / 60, (int) seconds % 60);
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT " h %d min", (gint64) seconds / 3600,
                            (int) ((gint64) seconds / 60 % 60));
}

static gboolean
append_time (GString    *text,
             GVariant   *dict,
             const char *key,
             const char *before)
{
  double seconds;

  if (!g_variant_lookup (dict, key, "d", &seconds))
    return FALSE;

  append (text, "%s", before);
  append_seconds (text, seconds);

  return TRUE;
}

static void
append_flag (GString    *text,
             GVariant   *dict,
             const char *key,
             const char *words)
{
  if (is_set (dict, key))
    append (text, "%s", words);
}

static void
append_prerequisites (GString  *text,
                      Update   *update,
                      GVariant *task)
{
  g_autoptr (GVariant) owner = NULL;
  gsize n_ids;
  const guint64 *ids = get_ids (task, "prerequisites", &owner, &n_ids);

  for (gsize i = 0; i < MIN (n_ids, 3); i++)
    {
      GVariant *other = get_task (update, ids[i]);
      const char *title = other != NULL ? get_string (other, "title") : NULL;

      if (title != NULL)
        append (text, "after “%s”", title);
      else
        append (text, "after 0x%" G_GINT64_MODIFIER "x", ids[i]);
    }
  if (n_ids > 3)
    append (text, "and %" G_GSIZE_FORMAT " more", n_ids - 3);
}

static void
set_text (AtGtkInspectorNode   *node,
          AtGtkInspectorColumn  column,
          GString              *text)
{
  at_gtk_inspector_node_set_text (node, column, text->str);
  g_string_truncate (text, 0);
}

static void
append_kind (GString    *text,
             GVariant   *dict,
             const char *type_key,
             const char *id_key)
{
  const char *type = get_string (dict, type_key);

  g_string_append_printf (text, "%s 0x%" G_GINT64_MODIFIER "x", type != NULL ? type : "", get_address (dict, id_key));
}

static void
describe_task (AtGtkInspectorNode *node,
               Update             *update,
               GVariant           *task)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *title = get_string (task, "title");
  const char *body = get_string (task, "body");
  const char *stage = get_string (task, "stage");
  const char *message = get_string (task, "message");
  guint64 completed, total, pending;
  double fraction;
  int priority = G_PRIORITY_DEFAULT;

  at_gtk_inspector_node_set_text (node, AT_GTK_INSPECTOR_NAME, title != NULL ? title : body);
  at_gtk_inspector_node_set_text (node, AT_GTK_INSPECTOR_BODY, body);

  if (g_strcmp0 (stage, "ended") == 0)
    g_string_append (text, "to be delivered");
  else
    g_string_append (text, stage != NULL ? stage : "");
  if (g_variant_lookup (task, "paused-for", "d", &fraction))
    append (text, "paused");
  append_flag (text, task, "resuming", "waits for a place again");
  append_flag (text, task, "needs-owner", "needs its owner");
  append_flag (text, task, "cancelled", "cancelled");
  append_flag (text, task, "timed-out", "out of time");
  append_flag (text, task, "busy", "busy");
  set_text (node, AT_GTK_INSPECTOR_STATE, text);

  if (!append_time (text, task, "running-for", ""))
    append_time (text, task, "age", "");
  set_text (node, AT_GTK_INSPECTOR_TIME, text);

  if (g_variant_lookup (task, "fraction", "d", &fraction))
    append (text, "%.0f %%", fraction * 100);
  if (g_variant_lookup (task, "amounts", "(tt)", &completed, &total))
    {
      append (text, "%" G_GUINT64_FORMAT, completed);
      if (total > 0)
        g_string_append_printf (text, " of %" G_GUINT64_FORMAT, total);
    }
  if (g_variant_lookup (task, "pending", "t", &pending) && pending > 0)
    append (text, "%" G_GUINT64_FORMAT " values wait for the owner", pending);
  if (message != NULL)
    append (text, "“%s”", message);
  append_prerequisites (text, update, task);
  append_time (text, task, "paused-for", "paused for ");
  append_time (text, task, "sleeps-for", "sleeps for another ");
  if (get_uint (task, "max-attempts") > 0)
    append (text, "attempt %u of %u", get_uint (task, "attempt"), get_uint (task, "max-attempts"));
  append_time (text, task, "retry-in", "the next one in ");
  append_time (text, task, "timeout-in", "time is up in ");
  if (get_uint (task, "thread") != 0)
    append (text, "thread %u", get_uint (task, "thread"));
  g_variant_lookup (task, "priority", "i", &priority);
  if (priority != G_PRIORITY_DEFAULT)
    append (text, "priority %d", priority);
  if (get_address (task, "owner") != 0)
    {
      append (text, "of ");
      append_kind (text, task, "owner-type", "owner");
    }
  append (text, "%s", "");
  append_kind (text, task, "type", "id");
  set_text (node, AT_GTK_INSPECTOR_DETAILS, text);
}

static void
describe_executor (AtGtkInspectorNode *node,
                   GVariant           *executor,
                   gsize               n_queued)
{
  g_autoptr (GString) text = g_string_new (get_string (executor, "type"));

  if (get_string (executor, "name") != NULL)
    g_string_append_printf (text, " “%s”", get_string (executor, "name"));
  set_text (node, AT_GTK_INSPECTOR_NAME, text);

  if (is_set (executor, "busy"))
    append (text, "busy");
  else
    append (text, "%u of %u running, %" G_GSIZE_FORMAT " queued", get_uint (executor, "n-running"),
            get_uint (executor, "limit"), n_queued);
  append_flag (text, executor, "shut-down", "shut down");
  set_text (node, AT_GTK_INSPECTOR_STATE, text);

  if (get_uint (executor, "n-extra") > 0)
    append (text, "%u more allowed", get_uint (executor, "n-extra"));
  if (get_uint (executor, "n-resuming") > 0)
    append (text, "%u waiting for a place again", get_uint (executor, "n-resuming"));
  if (get_address (executor, "target") != 0)
    append (text, "on 0x%" G_GINT64_MODIFIER "x", get_address (executor, "target"));
  append (text, "0x%" G_GINT64_MODIFIER "x", get_address (executor, "id"));
  set_text (node, AT_GTK_INSPECTOR_DETAILS, text);
}

static void
describe_mailbox (AtGtkInspectorNode *node,
                  GVariant           *mailbox)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_messages = get_uint (mailbox, "n-messages");

  at_gtk_inspector_node_set_text (node, AT_GTK_INSPECTOR_NAME,
                                  is_set (mailbox, "default") ? "Mailbox (default context)" : "Mailbox");
  if (is_set (mailbox, "busy"))
    append (text, "busy");
  else
    append (text, n_messages == 1 ? "%u message" : "%u messages", n_messages);
  set_text (node, AT_GTK_INSPECTOR_STATE, text);

  append_time (text, mailbox, "undelivered-for", "");
  set_text (node, AT_GTK_INSPECTOR_TIME, text);

  if (n_messages > 0)
    append (text, "nothing was taken for that long");
  append (text, "main context 0x%" G_GINT64_MODIFIER "x", get_address (mailbox, "context"));
  set_text (node, AT_GTK_INSPECTOR_DETAILS, text);
}

/* The tree */

/* (transfer none): the one that there was, where there was one. */
static AtGtkInspectorNode *
get_node (Update     *update,
          const char *kind,
          guint64     id)
{
  g_autofree char *key = g_strdup_printf ("%s%" G_GINT64_MODIFIER "x", kind, id);
  AtGtkInspectorNode *node = g_hash_table_lookup (update->tree->nodes, key);

  node = node != NULL ? g_object_ref (node) : at_gtk_inspector_node_new (key);
  g_hash_table_insert (update->nodes, (char *) at_gtk_inspector_node_get_key (node), node);

  return node;
}

/* What is one row below the last one that is shown. */
static void
add_more (Update    *update,
          GPtrArray *children,
          guint64    parent,
          gsize      n_more)
{
  AtGtkInspectorNode *node;
  g_autofree char *text = g_strdup_printf ("and %" G_GSIZE_FORMAT " more", n_more);

  if (n_more == 0)
    return;

  node = get_node (update, "more-", parent);
  at_gtk_inspector_node_set_text (node, AT_GTK_INSPECTOR_NAME, text);
  g_ptr_array_add (children, node);
}

static void add_tasks (Update        *update,
                       GPtrArray     *children,
                       guint64        parent,
                       const guint64 *ids,
                       gsize          n_ids,
                       gboolean       are_parts);

static AtGtkInspectorNode *
make_task (Update   *update,
           guint64   id,
           GVariant *task)
{
  AtGtkInspectorNode *node = get_node (update, "task-", id);
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GVariant) owner = NULL;
  gsize n_ids;
  const guint64 *ids = get_ids (task, "parts", &owner, &n_ids);

  describe_task (node, update, task);
  if (owner == NULL)
    return node;

  add_tasks (update, children, id, ids, n_ids, TRUE);
  at_gtk_inspector_node_arrange (node, children);

  return node;
}

/* Each task is in one place: a part is below its group, wherever it is. What was seen at different
 * moments may contradict itself; the first place wins. */
static void
add_tasks (Update        *update,
           GPtrArray     *children,
           guint64        parent,
           const guint64 *ids,
           gsize          n_ids,
           gboolean       are_parts)
{
  gsize n_shown = 0, n_more = 0;

  for (gsize i = 0; i < n_ids; i++)
    {
      GVariant *task = get_task (update, ids[i]);

      if (task == NULL || (!are_parts && g_hash_table_contains (update->parts, &ids[i])) ||
          !g_hash_table_add (update->placed, task))
        continue;

      if (n_shown++ < MOST_SHOWN)
        g_ptr_array_add (children, make_task (update, ids[i], task));
      else
        n_more++;
    }
  add_more (update, children, parent, n_more);
}

static AtGtkInspectorNode *
make_executor (Update   *update,
               GVariant *executor)
{
  guint64 id = get_address (executor, "id");
  AtGtkInspectorNode *node = get_node (update, "executor-", id);
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint64));
  GArray *others = g_hash_table_lookup (update->with, &id);
  g_autoptr (GVariant) running_owner = NULL, queued_owner = NULL;
  gsize n_running, n_queued;
  const guint64 *running = get_ids (executor, "running", &running_owner, &n_running);
  const guint64 *queued = get_ids (executor, "queued", &queued_owner, &n_queued);

  if (n_running > 0)
    g_array_append_vals (all, running, n_running);
  if (n_queued > 0)
    g_array_append_vals (all, queued, n_queued);
  /* What has begun and is in no thread, or waits for what it needs. */
  if (others != NULL)
    g_array_append_vals (all, others->data, others->len);

  describe_executor (node, executor, n_queued);
  add_tasks (update, children, id, (const guint64 *) (gpointer) all->data, all->len, FALSE);
  at_gtk_inspector_node_arrange (node, children);

  return node;
}

static AtGtkInspectorNode *
make_mailbox (Update   *update,
              GVariant *mailbox)
{
  guint64 id = get_address (mailbox, "id");
  AtGtkInspectorNode *node = get_node (update, "mailbox-", id);
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GVariant) owner = NULL;
  gsize n_ids;
  const guint64 *ids = get_ids (mailbox, "tasks", &owner, &n_ids);

  describe_mailbox (node, mailbox);
  add_tasks (update, children, id, ids, n_ids, FALSE);
  at_gtk_inspector_node_arrange (node, children);

  return node;
}

/* Those of the program's own executors, of none, and groups. */
static void
add_others (Update    *update,
            GPtrArray *roots)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  const guint64 *ids = (const guint64 *) (gpointer) update->all->data;
  AtGtkInspectorNode *node;

  add_tasks (update, children, 0, ids, update->all->len, FALSE);
  /* A part whose group was placed nowhere. */
  add_tasks (update, children, 1, ids, update->all->len, TRUE);
  if (children->len == 0)
    return;

  node = get_node (update, "others-", 0);
  at_gtk_inspector_node_set_text (node, AT_GTK_INSPECTOR_NAME, "Other tasks");
  at_gtk_inspector_node_set_text (node, AT_GTK_INSPECTOR_DETAILS, "in no queue, thread or mailbox of the library");
  at_gtk_inspector_node_arrange (node, children);
  g_ptr_array_add (roots, node);
}

static void
note_executor (Update  *update,
               guint64  executor,
               guint64  id)
{
  GArray *ids = g_hash_table_lookup (update->with, &executor);

  if (ids == NULL)
    g_hash_table_insert (update->with, g_memdup2 (&executor, sizeof executor),
                         ids = g_array_new (FALSE, FALSE, sizeof (guint64)));
  g_array_append_val (ids, id);
}

/* What there is to look up, and how much it is. */
static void
look_through (Update   *update,
              GVariant *tasks)
{
  GString *summary = update->tree->summary;
  guint n_running = 0, n_queued = 0, n_waiting = 0, n_ended = 0;
  GVariantIter iter;
  GVariant *task;

  g_variant_iter_init (&iter, tasks);
  while ((task = g_variant_iter_next_value (&iter)) != NULL)
    {
      guint64 id = get_address (task, "id");
      const char *stage = get_string (task, "stage");
      g_autoptr (GVariant) owner = NULL;
      gsize n_ids;
      const guint64 *ids = get_ids (task, "parts", &owner, &n_ids);

      for (gsize i = 0; i < n_ids; i++)
        g_hash_table_add (update->parts, g_memdup2 (&ids[i], sizeof ids[i]));

      if (g_strcmp0 (stage, "running") == 0)
        n_running++;
      else if (g_strcmp0 (stage, "queued") == 0)
        n_queued++;
      else if (g_strcmp0 (stage, "ended") == 0)
        n_ended++;
      else
        n_waiting++;

      g_array_append_val (update->all, id);
      if (get_address (task, "mailbox") == 0)
        note_executor (update, get_address (task, "executor"), id);
      g_hash_table_insert (update->tasks, g_memdup2 (&id, sizeof id), task);
    }

  g_string_truncate (summary, 0);
  append (summary, "%u running", n_running);
  append (summary, "%u queued", n_queued);
  if (n_waiting > 0)
    append (summary, "%u waiting", n_waiting);
  if (n_ended > 0)
    append (summary, "%u to be delivered", n_ended);
}

static GVariant *
get_list (GVariant   *snapshot,
          const char *key)
{
  GVariant *list = g_variant_lookup_value (snapshot, key, G_VARIANT_TYPE ("aa{sv}"));

  return list != NULL ? list : g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
}

/* Some of the lists could not be had. */
static gboolean
is_busy (AtGtkInspectorTree *self,
         GVariant           *snapshot)
{
  g_auto (GStrv) busy = NULL;
  g_autofree char *names = NULL;

  if (!g_variant_lookup (snapshot, "busy", "^as", &busy) || busy[0] == NULL)
    return FALSE;

  names = g_strjoinv (", ", busy);
  append (self->summary, "busy: %s", names);

  return TRUE;
}

void
at_gtk_inspector_tree_update (AtGtkInspectorTree *self,
                              GVariant           *snapshot)
{
  g_autoptr (GVariant) executors = get_list (snapshot, "executors");
  g_autoptr (GVariant) tasks = get_list (snapshot, "tasks");
  g_autoptr (GVariant) mailboxes = get_list (snapshot, "mailboxes");
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();
  g_autoptr (GHashTable) by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                        (GDestroyNotify) g_variant_unref);
  g_autoptr (GHashTable) parts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) placed = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) with = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                                       (GDestroyNotify) g_array_unref);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint64));
  Update update = { .tree = self, .tasks = by_id, .parts = parts, .with = with, .all = all, .placed = placed };
  gboolean was_busy = self->was_busy;
  GVariantIter iter;
  GVariant *one;

  look_through (&update, tasks);
  /* A lock that was held for a moment does not make rows go and come again. */
  self->was_busy = is_busy (self, snapshot);
  if (self->was_busy && !was_busy)
    return;

  update.nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);

  g_variant_iter_init (&iter, executors);
  while ((one = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_ptr_array_add (roots, make_executor (&update, one));
      g_variant_unref (one);
    }

  g_variant_iter_init (&iter, mailboxes);
  while ((one = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_ptr_array_add (roots, make_mailbox (&update, one));
      g_variant_unref (one);
    }

  add_others (&update, roots);

  /* Keys belong to the nodes, which are in both tables, or in one. */
  at_gtk_inspector_node_arrange (self->root, roots);
  g_hash_table_unref (self->nodes);
  self->nodes = update.nodes;
}
