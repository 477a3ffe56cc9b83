/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"

G_BEGIN_DECLS

/* Options: properties that are plain fields of a task's struct, set before the task is
 * executed and constant afterwards. The property tells of which type the field is, and
 * which values it may have. */

/* @value has been initialized for that type. */
void at_option_get     (gconstpointer  field,
                        GValue        *value);
void at_option_set     (AtAsyncTask   *task,
                        const char    *caller,
                        GParamSpec    *pspec,
                        gpointer       field,
                        const GValue  *value);
/* The same with what would be in the field, valid or not. */
void at_option_set_raw (AtAsyncTask   *task,
                        const char    *caller,
                        GParamSpec    *pspec,
                        gpointer       field,
                        gconstpointer  raw);

/* The public functions of an option, which have their documentation above this. Its
 * field is in what at_TYPE_get_private() gives. */
#define AT_DEFINE_OPTION(TypeName, type_name, TYPE_NAME, CType, option, pspec)               \
  CType                                                                                      \
  at_##type_name##_get_##option (TypeName *self)                                             \
  {                                                                                          \
    g_return_val_if_fail (AT_IS_##TYPE_NAME (self), (CType) 0);                              \
                                                                                             \
    return (CType) at_##type_name##_get_private (self)->option;                             \
  }                                                                                          \
                                                                                             \
  void                                                                                       \
  at_##type_name##_set_##option (TypeName *self,                                             \
                                 CType     option)                                           \
  {                                                                                          \
    g_return_if_fail (AT_IS_##TYPE_NAME (self));                                             \
                                                                                             \
    at_option_set_raw (AT_ASYNC_TASK (self), G_STRFUNC, (pspec),                             \
                       &at_##type_name##_get_private (self)->option, &option);               \
  }

G_END_DECLS
