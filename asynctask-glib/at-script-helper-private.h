/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-types.h"

G_BEGIN_DECLS

/* A process that runs functions of scripts, and the channel to it.
 *
 * The channel is a socket pair, file descriptor 3 of the process, so that standard
 * output and error remain the script's own. On it are frames: a header of two
 * 32-bit numbers of this machine's byte order, the length of what follows and the
 * kind of frame; and then, in most kinds, a value: a serialized GVariant of type
 * "v" with what at-script-value-private.h allows.
 *
 * GVariant rather than JSON, because GLib has no parser for JSON and the library
 * needs nothing else, bytes do not grow by a third, whole numbers keep their 64
 * bits, NaN has a form, and what comes can be checked before it is looked at.
 *
 * The runner, which is compiled into the library, comes first on the channel: what
 * is installed somewhere can be missing, or of another version after an update.
 *
 * File descriptor 4 is its end of the lifeline: see at-lifeline-private.h. */

typedef enum
{
  /* From the process. */
  AT_SCRIPT_FRAME_PROGRESS   = 1,  /* any */
  AT_SCRIPT_FRAME_FRACTION   = 2,  /* d or x */
  AT_SCRIPT_FRAME_AMOUNTS    = 3,  /* av of two numbers */
  AT_SCRIPT_FRAME_MESSAGE    = 4,  /* s or null */
  AT_SCRIPT_FRAME_CHECKPOINT = 5,  /* -; is answered by GO once the task is not paused */
  AT_SCRIPT_FRAME_RESULT     = 6,  /* any: the function has returned */
  AT_SCRIPT_FRAME_ERROR      = 7,  /* a{sv}: code, name, message, stack */
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

#define AT_SCRIPT_MAX_IDLE 32

typedef enum
{
  AT_SCRIPT_RECEIVED_FRAME,
  AT_SCRIPT_RECEIVED_NOTHING, /* yet */
  AT_SCRIPT_RECEIVED_END,
  AT_SCRIPT_RECEIVED_GARBAGE
} AtScriptReceived;

typedef struct _AtScriptHelper AtScriptHelper;

AtScriptHelper   *at_script_helper_spawn     (AtScriptLanguage     language,
                                              const char          *interpreter,
                                              const char          *working_directory,
                                              const char * const  *environment,
                                              GError             **error);
void              at_script_helper_retire    (AtScriptHelper      *self,
                                              guint                grace_ms);

void              at_script_helper_send      (AtScriptHelper      *self,
                                              AtScriptFrame        kind,
                                              GVariant            *value);
void              at_script_helper_flush     (AtScriptHelper      *self);
AtScriptReceived  at_script_helper_receive   (AtScriptHelper      *self,
                                              guint               *kind,
                                              GVariant           **value);

gboolean          at_script_helper_wait      (AtScriptHelper      *self,
                                              gboolean             listens,
                                              int                  wake_fd,
                                              gint64               deadline);
gboolean          at_script_helper_has_ended (AtScriptHelper      *self,
                                              int                 *code,
                                              int                 *status);
void              at_script_helper_signal    (AtScriptHelper      *self,
                                              int                  signal_number);

/* Processes that wait for a job. */
AtScriptHelper   *at_script_helper_take_idle (const char          *key);
void              at_script_helper_keep_idle (AtScriptHelper      *self,
                                              const char          *key);
guint             at_script_helper_trim_idle (const char          *key,
                                              guint                n_kept);
void              at_script_helper_drop_idle (AtScriptLanguage     language);

G_END_DECLS
