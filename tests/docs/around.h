/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a fragment of a program in the documentation may use without saying where it
 * comes from. Nothing here exists: fragments are compiled, and never linked. */

#pragma once

#include <asynctask-glib.h>

#include <string.h>

extern AtAsyncTask          *task, *other;
extern AtTaskList           *list;
extern AtExecutor           *executor;
extern AtThreadPoolExecutor *pool;
extern GCancellable         *cancellable;
extern GError               *error;
extern GMainContext         *context;
extern GMainLoop            *loop;
extern GObject              *owner;
extern const GValue         *params, *value, *result;
extern GInputStream         *source;
extern GOutputStream        *sink;
extern GFile                *file, *files[];
extern const char           *path, *name, *uri, *text;
extern guint64               size;
extern guint                 n_files;
extern gpointer              user_data;

/* Widgets and objects of the program; GTK may not be there. */
extern gpointer              window, bar, progress_bar, label, button, box, items, application;

/* What the program itself has. */
AtAsyncTask *new_copy_task   (GFile *file);
gboolean     more_to_do      (void);
void         do_a_little     (void);
void         on_clone_failed (void);
void         on_copied       (void);
void         on_found        (void);
void         on_find_failed  (void);
gboolean     find            (AtAsyncTask *search, const GValue *words, GCancellable *stop, gpointer data, GError **failure);
gboolean     load_thumbnail  (AtAsyncTask *loading, const GValue *key, GCancellable *stop, gpointer data, GError **failure);
void         on_loaded       (AtAsyncTask *task, const GValue *result, gpointer view);
void         on_load_failed  (AtAsyncTask *task, const GError *error, gpointer view);
