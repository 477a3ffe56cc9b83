# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# The namespaces that have no stub are not missing either.

from typing import Any

def __getattr__(name: str) -> Any: ...
