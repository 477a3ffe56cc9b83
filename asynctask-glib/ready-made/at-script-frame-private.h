/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-types.h"

G_BEGIN_DECLS

/* What goes over the channel to the process of a script: frames. A frame is a header
 * of two 32-bit numbers of this machine's byte order, the length of what follows and
 * the kind of frame; and then, in most kinds, a value: a serialized GVariant of type
 * "v" with what at-script-value-private.h allows.
 *
 * GVariant rather than JSON, because GLib has no parser for JSON and the library
 * needs nothing else, bytes do not grow by a third, whole numbers keep their 64
 * bits, NaN has a form, and what comes can be checked before it is looked at.
 *
 * Nothing here knows of processes or descriptors: what comes from one is not
 * trusted, and tests/fuzz/ has to reach what reads it. */

typedef enum
{
  /* From the process. */
  AT_SCRIPT_FRAME_PROGRESS   = 1,  /* any */
  AT_SCRIPT_FRAME_FRACTION   = 2,  /* d or x */
  AT_SCRIPT_FRAME_AMOUNTS    = 3,  /* av of two numbers */
  AT_SCRIPT_FRAME_MESSAGE    = 4,  /* s or null */
  AT_SCRIPT_FRAME_CHECKPOINT = 5,  /* -; is answered by GO once the task is not paused */
  AT_SCRIPT_FRAME_RESULT     = 6,  /* any: the function has returned */
  AT_SCRIPT_FRAME_ERROR      = 7,  /* a{sv}: code, name, message, stack, details */
  AT_SCRIPT_FRAME_STOPPED    = 8,  /* -: the function has ended because it was cancelled */
  AT_SCRIPT_FRAME_STARTED    = 9,  /* -: the job was taken */

  /* To the process. */
  AT_SCRIPT_FRAME_JOB        = 101, /* a{sv}: module, function, params, paused */
  AT_SCRIPT_FRAME_GO         = 102, /* - */
  AT_SCRIPT_FRAME_CANCELLED  = 103, /* -: at any time */
  AT_SCRIPT_FRAME_INTERRUPT  = 104, /* -: at any time */
  AT_SCRIPT_FRAME_PAUSED     = 105  /* -: at any time; says to ask at the next yield or checkpoint */
} AtScriptFrame;

#define AT_SCRIPT_MAX_PAYLOAD (256u * 1024 * 1024)

typedef enum
{
  AT_SCRIPT_RECEIVED_FRAME,
  AT_SCRIPT_RECEIVED_NOTHING, /* yet */
  AT_SCRIPT_RECEIVED_END,
  AT_SCRIPT_RECEIVED_GARBAGE
} AtScriptReceived;

void              at_script_frame_append       (GByteArray         *output,
                                                AtScriptFrame       kind,
                                                GVariant           *value);
AtScriptReceived  at_script_frame_parse        (const guint8       *data,
                                                gsize               available,
                                                AtScriptFrame      *kind,
                                                GVariant          **value,
                                                gsize              *length);

/* What the value of a frame says; FALSE if it makes no sense. */
gboolean          at_script_frame_get_fraction (GVariant           *value,
                                                double             *fraction);
gboolean          at_script_frame_get_amounts  (GVariant           *value,
                                                guint64            *completed,
                                                guint64            *total);
gboolean          at_script_frame_get_message  (GVariant           *value,
                                                const char        **message);
gboolean          at_script_frame_get_error    (GVariant           *value,
                                                AtScriptError      *code,
                                                char              **name,
                                                char              **text,
                                                char              **stack,
                                                GVariant          **details);

G_END_DECLS
