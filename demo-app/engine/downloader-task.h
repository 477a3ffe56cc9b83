/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

#include "downloader-settings.h"

G_BEGIN_DECLS

/**
 * DownloaderEventKind:
 * @DOWNLOADER_EVENT_STARTED: The body runs.
 * @DOWNLOADER_EVENT_RENAMED: The file cannot have the name it was to have.
 * @DOWNLOADER_EVENT_PROGRESS: More has arrived.
 * @DOWNLOADER_EVENT_RETRYING: A request failed; another follows.
 * @DOWNLOADER_EVENT_VERIFYING: Everything has arrived; it is being checked.
 *
 * What happens to a download on its way.
 */
typedef enum
{
  DOWNLOADER_EVENT_STARTED,
  DOWNLOADER_EVENT_RENAMED,
  DOWNLOADER_EVENT_PROGRESS,
  DOWNLOADER_EVENT_RETRYING,
  DOWNLOADER_EVENT_VERIFYING
} DownloaderEventKind;

#define DOWNLOADER_TYPE_EVENT (downloader_event_get_type ())

/**
 * DownloaderEvent:
 * @kind: What happened.
 * @bytes: How much has arrived.
 * @total: How much there is in all, 0 when that is not known.
 * @path: (nullable): Where the file will be, once that is known.
 * @message: (nullable): Why there is another request, or what the name is.
 * @delay: In how many seconds that is.
 *
 * Something that happened; all that do arrive, and in order.
 */
typedef struct
{
  DownloaderEventKind  kind;
  guint64              bytes;
  guint64              total;
  char                *path;
  char                *message;
  double               delay;
} DownloaderEvent;

GType            downloader_event_get_type (void);
DownloaderEvent *downloader_event_copy     (const DownloaderEvent *self);
void             downloader_event_free     (DownloaderEvent       *self);

/**
 * DownloaderTaskState:
 * @DOWNLOADER_TASK_STATE_QUEUED: It waits for others to finish.
 * @DOWNLOADER_TASK_STATE_CONNECTING: The server was asked.
 * @DOWNLOADER_TASK_STATE_DOWNLOADING: The file arrives.
 * @DOWNLOADER_TASK_STATE_RETRYING: It waits before the server is asked again.
 * @DOWNLOADER_TASK_STATE_VERIFYING: Everything has arrived and is checked.
 * @DOWNLOADER_TASK_STATE_FINISHED: The file is there.
 * @DOWNLOADER_TASK_STATE_FAILED: It did not work; the task's error says why.
 * @DOWNLOADER_TASK_STATE_CANCELLED: It was cancelled, which is also how it pauses.
 *
 * Where a download is. The last three are final.
 */
typedef enum
{
  DOWNLOADER_TASK_STATE_QUEUED,
  DOWNLOADER_TASK_STATE_CONNECTING,
  DOWNLOADER_TASK_STATE_DOWNLOADING,
  DOWNLOADER_TASK_STATE_RETRYING,
  DOWNLOADER_TASK_STATE_VERIFYING,
  DOWNLOADER_TASK_STATE_FINISHED,
  DOWNLOADER_TASK_STATE_FAILED,
  DOWNLOADER_TASK_STATE_CANCELLED
} DownloaderTaskState;

#define DOWNLOADER_TYPE_TASK_STATE (downloader_task_state_get_type ())

GType downloader_task_state_get_type (void);

#define DOWNLOADER_TYPE_TASK (downloader_task_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderTask, downloader_task, DOWNLOADER, TASK, AtAsyncTask)

AtLimitExecutor     *downloader_task_make_executor    (guint                      max_active);

DownloaderTask      *downloader_task_new              (const char                *link,
                                                       const DownloaderSettings  *settings);
DownloaderTask      *downloader_task_new_resuming     (const char                *link,
                                                       const DownloaderSettings  *settings,
                                                       const char                *path);
void                 downloader_task_pause            (DownloaderTask            *self);
void                 downloader_task_retry_now        (DownloaderTask            *self);
DownloaderTaskState  downloader_task_get_state        (DownloaderTask            *self);
guint                downloader_task_get_retry_in     (DownloaderTask            *self);
const char          *downloader_task_get_trouble      (DownloaderTask            *self);
const char          *downloader_task_get_shown        (DownloaderTask            *self);
char                *downloader_task_dup_path         (DownloaderTask            *self);
char                *downloader_task_dup_login_origin (DownloaderTask            *self);
char                *downloader_task_dup_login_realm  (DownloaderTask            *self);
gboolean             downloader_task_get_was_there    (DownloaderTask            *self);
guint64              downloader_task_get_bytes        (DownloaderTask            *self);
guint64              downloader_task_get_size         (DownloaderTask            *self);
char                *downloader_task_describe         (DownloaderTask            *self);

gboolean             downloader_task_discard_part     (const char                *link,
                                                       const char                *path);

G_END_DECLS
