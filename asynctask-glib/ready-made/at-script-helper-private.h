/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-child-private.h"
#include "at-script-frame-private.h"

G_BEGIN_DECLS

/* A process that runs functions of scripts, and the channel to it.
 *
 * The channel is a socket pair, file descriptor 3 of the process, so that standard
 * output and error remain the script's own. On it are the frames that
 * at-script-frame-private.h describes.
 *
 * The runner, which is compiled into the library, comes first on the channel: what
 * is installed somewhere can be missing, or of another version after an update.
 *
 * File descriptor 4 is its end of the lifeline: see at-lifeline-private.h. */

#define AT_SCRIPT_MAX_IDLE 32

typedef struct _AtScriptHelper AtScriptHelper;

AtScriptHelper   *at_script_helper_spawn     (AtScriptLanguage     language,
                                              const char          *interpreter,
                                              const char          *working_directory,
                                              const AtChildOrigin *origin,
                                              GError             **error);
void              at_script_helper_retire    (AtScriptHelper      *self,
                                              guint                grace_ms);

void              at_script_helper_send      (AtScriptHelper      *self,
                                              AtScriptFrame        kind,
                                              GVariant            *value);
AtScriptReceived  at_script_helper_receive   (AtScriptHelper      *self,
                                              AtScriptFrame       *kind,
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
