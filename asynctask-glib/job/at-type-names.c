/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-type-names-private.h"

typedef struct _AtTypeName AtTypeName;

struct _AtTypeName
{
  AtTypeName *next;
  GType       type;
  const char *name;
};

static GMutex      names_lock;
static AtTypeName *at_type_names; /* under the lock; the name is what the gdb command looks for */

void
at_type_note_name (GType type)
{
  AtTypeName *known;

  g_mutex_lock (&names_lock);
  for (known = at_type_names; known != NULL && known->type != type; known = known->next)
    ;
  if (known == NULL)
    {
      known = g_new0 (AtTypeName, 1);
      known->type = type;
      known->next = at_type_names;
      at_type_names = known;
    }

  /* That of a plugin may have gone, and another one come. */
  known->name = g_type_name (type);
  g_mutex_unlock (&names_lock);
}
