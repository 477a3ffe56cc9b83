/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"

G_BEGIN_DECLS

#define AT_TYPE_SCRIPT_TASK (at_script_task_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (AtScriptTask, at_script_task, AT, SCRIPT_TASK, AtAsyncTask)

/**
 * AtScriptTaskClass:
 * @parent_class: The parent class.
 *
 * The class structure of [class@ScriptTask].
 *
 * A subclass overrides those of the handlers of [class@AsyncTask] that it needs.
 * It has the body that it inherits, or one that calls it; what else the parent class
 * overrides is to be called, too.
 *
 * Since: 1.0
 */
struct _AtScriptTaskClass
{
  AtAsyncTaskClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

AT_AVAILABLE_IN_1_0
AtScriptTask       *at_script_task_new                   (const char          *module,
                                                          const char          *function);

AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_module            (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_module            (AtScriptTask        *self,
                                                          const char          *module);
AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_function          (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_function          (AtScriptTask        *self,
                                                          const char          *function);
AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_interpreter       (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_interpreter       (AtScriptTask        *self,
                                                          const char          *interpreter);
AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_working_directory (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_working_directory (AtScriptTask        *self,
                                                          const char          *working_directory);
AT_AVAILABLE_IN_1_0
const char * const *at_script_task_get_environment       (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_environment       (AtScriptTask        *self,
                                                          const char * const  *environment);
AT_AVAILABLE_IN_1_0
guint               at_script_task_get_grace_time        (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_grace_time        (AtScriptTask        *self,
                                                          guint                grace_time);
AT_AVAILABLE_IN_1_0
gboolean            at_script_task_get_isolated          (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_isolated          (AtScriptTask        *self,
                                                          gboolean             isolated);
AT_AVAILABLE_IN_1_0
guint64             at_script_task_get_max_pending       (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_max_pending       (AtScriptTask        *self,
                                                          guint64              max_pending);
AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_error_name        (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_error_stack       (AtScriptTask        *self);
AT_AVAILABLE_IN_1_0
GVariant           *at_script_task_get_error_details     (AtScriptTask        *self);

AT_AVAILABLE_IN_1_0
GVariant           *at_script_value_from_bytes           (const char          *type,
                                                          GBytes              *bytes);

AT_AVAILABLE_IN_1_0
const char         *at_script_task_get_default_interpreter (AtScriptLanguage   language);
AT_AVAILABLE_IN_1_0
void                at_script_task_set_default_interpreter (AtScriptLanguage   language,
                                                            const char        *interpreter);
AT_AVAILABLE_IN_1_0
gboolean            at_script_task_prewarm               (AtScriptLanguage     language,
                                                          guint                n_processes,
                                                          GError             **error);

G_END_DECLS
