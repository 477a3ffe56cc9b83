// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The same from JavaScript.

import At from 'gi://At?version=1.0';
import AtGtk from 'gi://AtGtk?version=1.0';
import GObject from 'gi://GObject';

for (const name of [
    'Presence', 'ProgressPaintable', 'TaskBanner', 'TaskButton', 'TaskDialog', 'TaskItem', 'TaskItems',
    'TaskPopover', 'TaskRow', 'TaskView', 'Notifications', 'TaskActions', 'TaskDensity', 'TaskSort',
    'TaskState',
])
    print(GObject.type_name(AtGtk[name].$gtype));

const task = new At.DeferredTask({title: 'A task'});
print(AtGtk.TaskItem.new(task).get_title());
