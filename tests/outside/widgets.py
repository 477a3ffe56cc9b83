# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same from Python."""

import gi

gi.require_version('At', '1.0')
gi.require_version('AtGtk', '1.0')

from gi.repository import At, AtGtk

for name in ('Presence', 'ProgressPaintable', 'TaskBanner', 'TaskButton', 'TaskDialog', 'TaskItem',
             'TaskItems', 'TaskPopover', 'TaskRow', 'TaskView', 'Notifications', 'TaskActions',
             'TaskDensity', 'TaskSort', 'TaskState'):
    print(getattr(AtGtk, name).__gtype__.name)

task = At.DeferredTask(title='A task')
print(AtGtk.TaskItem.new(task).get_title())
